package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.VectorUpdate;
import io.freshet.testing.MilvusKind;
import io.freshet.testing.SharedMilvus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys are text, whatever they look like. */
final class OddKeysIT {
  private static final List<String> KEYS =
      List.of(
          "plain",
          "x\"] or user_id in [\"plain",
          "a\\b",
          "ab",
          "a\\\\b",
          "ends in \\",
          "a\nb",
          "a\\nb",
          "a\r\nb",
          "a\tb",
          "nul\0nul",
          "nulnul",
          "'",
          "\"",
          " ",
          "%",
          "user_id like \"%\"",
          "{key}",
          "漢字 ü \uD83D\uDE00",
          "\\u0061",
          "a\u2028b",
          "9223372036854775808");

  @RegisterExtension static final SharedMilvus MILVUS = new SharedMilvus();

  @ParameterizedTest
  @EnumSource
  void oddKeysAreStoredAsTheyAreAndDeletedOneByOne(MilvusKind kind) {
    MilvusTarget target =
        MilvusTarget.of(MILVUS.of(kind).uri(), "odd_keys", Updates.DIMENSION, "ledger-1");
    new CollectionSetup(target).ensure(false, false);
    BatchWriter writer = new BatchWriter(target);
    Lease lease = new Lease("attempt-1", Instant.now().plusSeconds(60));
    List<VectorUpdate> updates =
        IntStream.range(0, KEYS.size())
            .mapToObj(i -> Updates.upsert(lease, i, KEYS.get(i), i, 1, 0, 0))
            .toList();

    List<Outcome> written = writer.write(new VectorBatch(updates));

    assertEquals(
        List.of(new Outcome.Written(lease, IntStream.range(0, KEYS.size()).boxed().toList())),
        written);
    try (Oracle oracle = new Oracle(target)) {
      assertEquals(new TreeSet<>(KEYS), oracle.versions().keySet());

      TreeSet<String> left = new TreeSet<>(KEYS);
      // "plain" is last: the key that tries to delete it comes before.
      List<String> victims = new ArrayList<>(KEYS);
      Collections.reverse(victims);
      for (String key : victims) {
        assertEquals(
            List.of(new Outcome.Deleted(lease, List.of(0))),
            writer.write(Updates.batch(Updates.delete(lease, 0, key))));
        left.remove(key);
        assertEquals(left, oracle.versions().keySet(), "after the deletion of " + key);
      }
    }
  }
}
