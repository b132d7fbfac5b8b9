package io.freshet.uservectors.verify;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what a look finds. What was written too much is written right again by the next look, but
 * what was deleted wrongly may be nobody's to bring back: so a key is deleted only when a second
 * look, later and from the start, finds it to be too much as well.
 */
final class TwoLooks {
  private static final Logger LOG = LoggerFactory.getLogger(TwoLooks.class);

  /** Keys that wait for the second look; where there are more, it all is done again. */
  private final int mostDoubted;

  private final Supplier<Comparison> looks;
  private final Consumer<List<Difference>> mend;

  /** Compares table and collection, both read anew. */
  interface Comparison {
    /**
     * Compares once.
     *
     * @param only the keys to compare; all if empty
     */
    Totals take(Optional<Set<String>> only, Consumer<List<Difference>> differences)
        throws InterruptedException;
  }

  /**
   * Looks that mend.
   *
   * @param looks makes each look, which shares nothing with those before
   */
  TwoLooks(Supplier<Comparison> looks, Consumer<List<Difference>> mend) {
    this(looks, mend, Findings.MOST_HELD);
  }

  TwoLooks(Supplier<Comparison> looks, Consumer<List<Difference>> mend, int mostDoubted) {
    this.looks = looks;
    this.mend = mend;
    this.mostDoubted = mostDoubted;
  }

  /**
   * Looks and mends until nothing is left but what two looks do not agree on.
   *
   * @param found takes the differences of the first look, part by part, before they are mended
   * @param mended takes what has been mended
   * @return what the first look counted
   */
  Totals mend(Consumer<List<Difference>> found, Consumer<List<Difference>> mended)
      throws InterruptedException {
    Set<String> doubted = new HashSet<>();
    boolean[] more = {false};
    Totals totals =
        looks
            .get()
            .take(
                Optional.empty(),
                part -> {
                  found.accept(part);
                  more[0] |= mendAllBut(part, doubted, mended);
                });
    int deleted = deleteConfirmed(doubted, mended);
    while (more[0] && deleted > 0) {
      doubted.clear();
      more[0] = false;
      Totals unused =
          looks.get().take(Optional.empty(), part -> more[0] |= mendAllBut(part, doubted, mended));
      deleted = deleteConfirmed(doubted, mended);
    }
    return totals;
  }

  /** Mends what need not be deleted; true if there were more keys to delete than can be held. */
  private boolean mendAllBut(
      List<Difference> part, Set<String> doubted, Consumer<List<Difference>> mended) {
    boolean more = false;
    for (Difference difference : part) {
      if (difference.verdict() == Verdict.EXTRA) {
        if (doubted.size() < mostDoubted) {
          doubted.add(difference.key());
        } else {
          more = true;
        }
      }
    }
    mend(
        part.stream().filter(difference -> difference.verdict() != Verdict.EXTRA).toList(), mended);
    return more;
  }

  /** Returns how many were deleted. */
  private int deleteConfirmed(Set<String> doubted, Consumer<List<Difference>> mended)
      throws InterruptedException {
    if (doubted.isEmpty()) {
      return 0;
    }
    int[] deleted = {0};
    Totals unused =
        looks
            .get()
            .take(
                Optional.of(Set.copyOf(doubted)),
                part -> {
                  deleted[0] +=
                      (int) part.stream().filter(d -> d.verdict() == Verdict.EXTRA).count();
                  mend(part, mended);
                });
    if (deleted[0] < doubted.size()) {
      LOG.warn(
          "{} keys seemed to be too much, and did not when they were looked at again; they stay",
          doubted.size() - deleted[0]);
    }
    return deleted[0];
  }

  private void mend(List<Difference> differences, Consumer<List<Difference>> mended) {
    if (!differences.isEmpty()) {
      mend.accept(differences);
      mended.accept(differences);
    }
  }
}
