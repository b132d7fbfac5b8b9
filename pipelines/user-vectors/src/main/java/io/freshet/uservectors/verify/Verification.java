package io.freshet.uservectors.verify;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Time;
import io.freshet.delta.DeltaChanges;
import io.freshet.delta.HistoryCheck;
import io.freshet.delta.TableRows;
import io.freshet.delta.table.TableInfo;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerRestart;
import io.freshet.ledger.Mending;
import io.freshet.ledger.Ownership;
import io.freshet.ledger.SliceLimits;
import io.freshet.milvus.CollectionReader;
import io.freshet.milvus.CollectionWriter;
import io.freshet.uservectors.UserVectorsConfig;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.beam.sdk.metrics.MetricsContainer;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Compares a collection with its table at the last version that the ledger calls done.
 *
 * <p>A pipeline may run meanwhile. What it may have written since is known: the keys of the changes
 * beyond that version. A difference at such a key is looked at again once the ledger has moved on,
 * until it is seen while the pipeline has nothing under way for the key.
 *
 * <p>Every method throws a {@link FreshetException} if table, ledger or collection cannot be read.
 */
public final class Verification {
  private static final int MOST_LOOKS = 20;
  private static final Duration SECOND_LOOKS = Duration.ofMinutes(1);
  private static final Duration MOVE = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(200);

  private final UserVectorsConfig config;
  private final Schema schema;
  private final Ledger ledger;
  private final TableRows table;
  private final Supplier<Look> looks;
  private final Rules rules;
  private final boolean withVectors;

  private Verification(
      UserVectorsConfig config,
      Schema schema,
      Ledger ledger,
      TableRows table,
      Supplier<Look> looks,
      Rules rules,
      boolean withVectors) {
    this.config = config;
    this.schema = schema;
    this.ledger = ledger;
    this.table = table;
    this.looks = looks;
    this.rules = rules;
    this.withVectors = withVectors;
  }

  /**
   * A verification. The collection must have been found to be the ledger's.
   *
   * @param mayHoldOthers whether the collection was made elsewhere: keys that the table has no row
   *     of are not the pipeline's then
   * @param withVectors whether vectors are made again and compared, too
   * @param forRepair whether {@link #repair} will be called
   */
  public static Verification of(
      UserVectorsConfig config,
      TableInfo info,
      Ledger ledger,
      boolean mayHoldOthers,
      boolean withVectors,
      boolean forRepair) {
    if (withVectors && !config.embedding().isDeterministic()) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--vectors cannot be used with --embedding="
              + config.embedding().model()
              + ", which gives a row another vector each time; leave one of them out");
    }
    Schema schema = DeltaChanges.schemaOf(config.feed(), info);
    Cursor beginning = ledger.beginning().orElse(Cursor.changesFrom(0));
    Anchor anchor = ledger.anchor();
    boolean whole = ledger.lastRestart().map(LedgerRestart::compared).orElse(false);
    TableRows table = new TableRows(config.feed(), schema, beginning);
    Supplier<Look> looks =
        () ->
            new Look(
                config,
                () -> HistoryCheck.requireStill(config.feed(), info, anchor),
                schema,
                new TableRows(config.feed(), schema, beginning),
                new CollectionReader(config.milvus()),
                withVectors,
                forRepair);
    return new Verification(
        config,
        schema,
        ledger,
        table,
        looks,
        Rules.of(config.feed(), beginning, whole, mayHoldOthers),
        withVectors);
  }

  /** Compares. */
  public Report compare() {
    return withoutMetrics(this::compareOrStop);
  }

  private Report compareOrStop() throws InterruptedException {
    long end = System.nanoTime() + SECOND_LOOKS.toNanos();
    long done = done();
    Findings findings = new Findings();
    Look look = looks.get();
    Totals totals = look.take(rules.at(done), this::lastReached, Optional.empty(), findings::add);
    Set<String> moving = underWay(done, findings);
    findings.drop(moving);
    for (int looks = 1; !moving.isEmpty() && looks < MOST_LOOKS; looks++) {
      if (System.nanoTime() - end >= 0 || !awaitMove()) {
        break;
      }
      Findings again = new Findings();
      long now = done();
      Totals unused = look.take(rules.at(now), this::lastReached, Optional.of(moving), again::add);
      moving = underWay(now, again);
      again.drop(moving);
      findings.addAll(again);
    }
    return new Report(done, totals, findings, moving.size(), withVectors);
  }

  /**
   * Compares, mends what differs, and compares again.
   *
   * @param ownership of the ledger: no pipeline may run meanwhile
   * @param found takes what was found before it was mended
   */
  public Report repair(Ownership ownership, Consumer<Report> found) {
    SliceLimits limits = config.feed().limits();
    if (!ownership.awaitQuiet(
        limits.settle(), limits.lease().multipliedBy(8).plus(limits.settle()))) {
      throw new FreshetException(
          FailureCategory.LEDGER_IN_USE,
          "A worker of a pipeline on the ledger " + ledger + " may still write; try again later");
    }
    return withoutMetrics(() -> repairOrStop(ownership, found));
  }

  interface Step<T> {
    T take() throws InterruptedException;
  }

  static <T> T withoutMetrics(Step<T> step) {
    MetricsContainer before = MetricsEnvironment.setCurrentContainer(new NoMetrics());
    try {
      return step.take();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (UncheckedIOException e) {
      throw temporaryFiles(e);
    } finally {
      MetricsEnvironment.setCurrentContainer(before);
    }
  }

  private Report repairOrStop(Ownership ownership, Consumer<Report> found)
      throws InterruptedException {
    long done = done();
    Set<String> inFlight = new HashSet<>();
    table.keysChanged(done, reach(), inFlight::add);
    Findings before = new Findings();
    Totals totals;
    try (Mending mending = ownership.mending(Repair.LEASE)) {
      Repair repair =
          new Repair(
              mending,
              new CollectionWriter(config.milvus())::write,
              new Embedding(config.embedding(), schema),
              schema,
              done,
              config.batchSize(),
              inFlight,
              Time.SYSTEM);
      Supplier<TwoLooks.Comparison> comparisons =
          () -> {
            Look look = looks.get();
            return (only, differences) ->
                look.take(rules.at(done), this::lastReached, only, differences);
          };
      totals = new TwoLooks(comparisons, repair::mend).mend(before::add, mended -> {});
      repair.finish();
    }
    Report first = report(done, totals, before, inFlight);
    if (first.isEqual()) {
      return first;
    }
    found.accept(first);
    Findings after = new Findings();
    Totals totalsAfter =
        looks.get().take(rules.at(done), this::lastReached, Optional.empty(), after::add);
    return report(done, totalsAfter, after, inFlight);
  }

  private Report report(long done, Totals totals, Findings findings, Set<String> inFlight) {
    long all = findings.held().size();
    findings.drop(inFlight);
    return new Report(done, totals, findings, all - findings.held().size(), withVectors);
  }

  /** The last version all of which is done. */
  private long done() {
    Cursor cursor =
        ledger
            .cursor()
            .orElseThrow(
                () ->
                    new FreshetException(
                        FailureCategory.LEDGER_MISMATCH,
                        "The ledger " + ledger + " has no progress yet; run the pipeline first"));
    long version = cursor.position().version();
    if (cursor.snapshot()) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "The snapshot of version "
              + version
              + " is not yet loaded as a whole; verify when the pipeline has done that");
    }
    if (version == 0) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "No version of the table is done yet; verify when the pipeline has written one");
    }
    return version - 1;
  }

  private Position reach() {
    return ledger.reach().orElseThrow();
  }

  private long lastReached() {
    Position end = reach();
    return end.isStartOfVersion() ? end.version() - 1 : end.version();
  }

  /** The keys among the findings that have changes beyond {@code done} that may be written. */
  private Set<String> underWay(long done, Findings findings) throws InterruptedException {
    Set<String> found =
        findings.held().stream().map(Difference::key).collect(Collectors.toUnmodifiableSet());
    Set<String> underWay = new HashSet<>();
    if (!found.isEmpty()) {
      table.keysChanged(
          done,
          reach(),
          key -> {
            if (found.contains(key)) {
              underWay.add(key);
            }
          });
    }
    return underWay;
  }

  /** Waits for the ledger to move on; false if no pipeline runs or it takes too long. */
  private boolean awaitMove() {
    Optional<Cursor> before = ledger.cursor();
    long end = System.nanoTime() + MOVE.toNanos();
    while (ledger.cursor().equals(before)) {
      boolean runs = ledger.status().owner().filter(owner -> !owner.isKnownGone()).isPresent();
      if (!runs || System.nanoTime() - end >= 0) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }

  private static FreshetException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new FreshetException(
        FailureCategory.STORAGE_UNAVAILABLE, "Interrupted while table and collection were read", e);
  }

  private static FreshetException temporaryFiles(UncheckedIOException e) {
    return new FreshetException(
        FailureCategory.STORAGE_UNAVAILABLE,
        "The temporary files in "
            + System.getProperty("java.io.tmpdir")
            + " cannot be written or read: "
            + e.getCause()
            + "; make room there, or name another folder with -Djava.io.tmpdir in FRESHET_JAVA_OPTS",
        e);
  }
}
