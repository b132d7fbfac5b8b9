package io.freshet.embedding;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeType;
import io.freshet.changes.Lease;
import io.freshet.changes.Position;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Changes of a table with a text and a vector. */
final class TestChanges {
  static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("text", FieldType.STRING)
          .addNullableField("v", FieldType.array(FieldType.FLOAT))
          .build();
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final Lease LEASE = new Lease("a", NOW.plusSeconds(10));

  private TestChanges() {}

  static Change insert(Lease lease, int number, String text, List<Float> vector) {
    return change(
        lease,
        number,
        ChangeType.INSERT,
        Row.withSchema(SCHEMA).addValue(text).addValue(vector).build());
  }

  static Change insert(int number, String text) {
    return insert(LEASE, number, text, null);
  }

  static Change delete(int number) {
    return change(LEASE, number, ChangeType.DELETE, Row.nullRow(SCHEMA));
  }

  private static Change change(Lease lease, int number, ChangeType type, Row row) {
    return new Change(
        lease,
        number,
        new Position(7, 0, number),
        type,
        NOW.minusSeconds(1),
        Optional.empty(),
        Optional.of("k" + number),
        row);
  }
}
