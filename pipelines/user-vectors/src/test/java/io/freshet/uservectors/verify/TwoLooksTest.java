package io.freshet.uservectors.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.milvus.StoredRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class TwoLooksTest {
  private final Deque<List<Difference>> answers = new ArrayDeque<>();
  private final List<Optional<Set<String>>> asked = new ArrayList<>();
  private final List<String> mended = new ArrayList<>();
  private final List<String> found = new ArrayList<>();

  @Test
  void keyIsDeletedOnlyWhenTheSecondLookAgrees() throws InterruptedException {
    answers.add(List.of(extra("a"), extra("b"), stale("c")));
    answers.add(List.of(extra("b")));

    mend(10);

    assertEquals(List.of("STALE c", "EXTRA b"), mended);
    assertEquals(List.of("a", "b", "c"), found);
    assertEquals(List.of(Optional.empty(), Optional.of(Set.of("a", "b"))), asked);
  }

  @Test
  void whatTheSecondLookSeesOfADoubtedKeyIsMendedRight() throws InterruptedException {
    answers.add(List.of(extra("a")));
    answers.add(List.of(stale("a")));

    mend(10);

    assertEquals(List.of("STALE a"), mended);
  }

  @Test
  void whereNothingIsTooMuchOneLookIsEnough() throws InterruptedException {
    answers.add(List.of(stale("a")));

    mend(10);

    assertEquals(List.of(Optional.empty()), asked);
  }

  @Test
  void moreThanCanBeHeldIsDeletedInSeveralTurns() throws InterruptedException {
    answers.add(List.of(extra("a"), extra("b"), extra("c")));
    answers.add(List.of(extra("a"), extra("b")));
    answers.add(List.of(extra("c")));
    answers.add(List.of(extra("c")));

    mend(2);

    assertEquals(List.of("EXTRA a", "EXTRA b", "EXTRA c"), mended);
    assertEquals(List.of("a", "b", "c"), found, "by the first look");
  }

  @Test
  void looksThatNeverAgreeComeToAnEnd() throws InterruptedException {
    answers.add(List.of(extra("a"), extra("b"), extra("c")));
    answers.add(List.of());

    mend(2);

    assertEquals(List.of(), mended);
  }

  private void mend(int mostDoubted) throws InterruptedException {
    TwoLooks looks =
        new TwoLooks(
            () -> this::take,
            part -> part.forEach(d -> mended.add(d.verdict() + " " + d.key())),
            mostDoubted);
    Totals unused =
        looks.mend(part -> part.forEach(difference -> found.add(difference.key())), part -> {});
    assertEquals(0, answers.size(), "looks that were not taken");
  }

  private Totals take(Optional<Set<String>> only, Consumer<List<Difference>> differences) {
    asked.add(only);
    differences.accept(answers.remove());
    return new Totals();
  }

  private static Difference extra(String key) {
    return difference(Verdict.EXTRA, key);
  }

  private static Difference stale(String key) {
    return difference(Verdict.STALE, key);
  }

  private static Difference difference(Verdict verdict, String key) {
    StoredRow stored = new StoredRow(key, 1, 1, new float[0]);
    return new Difference(verdict, key, Optional.of(stored), Optional.empty(), "");
  }
}
