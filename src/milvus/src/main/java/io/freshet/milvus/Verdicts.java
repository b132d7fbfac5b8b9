package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.SkipReason;
import io.freshet.changes.VectorUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the rows of a batch that Milvus refuses while it takes a good one.
 *
 * <p>A row is blamed if an earlier attempt found the same, and the ledger says that this was long
 * enough ago ({@link io.freshet.changes.Change#suspected}); else it is given back as a suspect.
 * Where the batch has other rows, one of them must be taken: what all rows suffer is the
 * environment, or an option. A few rows that are all there is are told apart by the good row alone.
 */
final class Verdicts {
  private static final Logger LOG = LoggerFactory.getLogger(Verdicts.class);

  /** So many may be refused with nothing taken. */
  private static final int MOST_ALONE = 3;

  private final String operation;
  private final OutcomeCollector outcomes;
  private final List<Refusal> refusals = new ArrayList<>();

  /** A row that was refused alone, and the server's answer. */
  record Refusal(VectorUpdate update, Sent.Refused answer) {
    String detail() {
      return answer.detail();
    }

    boolean suspected() {
      return update.change().suspected();
    }
  }

  Verdicts(Operation.Kind operation, OutcomeCollector outcomes) {
    this.operation = operation.name().toLowerCase(Locale.ROOT);
    this.outcomes = outcomes;
  }

  /** Adds a row that was refused twice while a good one was taken after each time. */
  void add(Refusal refusal) {
    refusals.add(refusal);
  }

  /** Whether there are too many to suspect them, if no row of the batch is taken. */
  boolean areTooMany() {
    return others().size() > MOST_ALONE;
  }

  private List<Refusal> others() {
    return refusals.stream().filter(refusal -> !refusal.suspected()).toList();
  }

  /**
   * Gives each refused row its outcome.
   *
   * @param accepted rows of the batch that were taken
   * @param unanswered rows of the batch of which that is not known, suspects aside
   */
  void pass(int accepted, int unanswered) {
    List<Refusal> suspected = refusals.stream().filter(Refusal::suspected).toList();
    List<Refusal> others = others();
    boolean alone = others.isEmpty() && unanswered == 0;
    if (accepted > 0 || alone) {
      blame(suspected);
      suspect(others);
    } else if (unanswered > 0) {
      giveBack(refusals, FailureCategory.MILVUS_UNAVAILABLE);
    } else if (!areTooMany()) {
      suspect(refusals);
    } else {
      LOG.warn(
          "Milvus refuses to {} all {} rows of a batch, and takes a row that is certainly good."
              + " They are not blamed, and tried again; see its log and the options. The first,"
              + " {}: {}",
          operation,
          refusals.size(),
          place(refusals),
          refusals.get(0).detail());
      giveBack(refusals, FailureCategory.ALL_REFUSED);
    }
  }

  private void blame(List<Refusal> rows) {
    if (rows.isEmpty()) {
      return;
    }
    LOG.warn(
        "Milvus refuses to {} {} rows for good; they count as skipped (refused). The first, {}: {}",
        operation,
        rows.size(),
        place(rows),
        rows.get(0).detail());
    rows.forEach(
        row ->
            outcomes.rejected(
                row.update().change(), SkipReason.REFUSED, row.detail(), OptionAtFault.COLLECTION));
  }

  private void suspect(List<Refusal> rows) {
    if (rows.isEmpty()) {
      return;
    }
    LOG.warn(
        "Milvus refuses to {} {} rows; they are tried again before they are blamed. The first,"
            + " {}: {}",
        operation,
        rows.size(),
        place(rows),
        rows.get(0).detail());
    giveBack(rows, FailureCategory.ROW_REFUSED);
  }

  private void giveBack(List<Refusal> rows, FailureCategory category) {
    rows.forEach(row -> outcomes.abandoned(row.update().change().number(), category, row.detail()));
  }

  /** Where the first row stands in the table's history: its key may be a secret. */
  private static String place(List<Refusal> rows) {
    return rows.get(0).update().change().position().text();
  }
}
