package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Change;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.table.CountingFileSystem;
import io.freshet.delta.table.DataUnit;
import io.freshet.delta.table.Libraries;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.LedgerIdentity;
import io.freshet.ledger.Ownership;
import io.freshet.ledger.PlannedSlice;
import io.freshet.ledger.SliceCoordinator;
import io.freshet.ledger.Writers;
import io.freshet.testing.Await;
import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another table, another copy or none at the path, at any step: no row of it is ever taken. */
class SwappedTableIT {
  @TempDir private static Path made;
  @TempDir private Path folder;
  private Path table;
  private Path other;
  private Path aside;
  private final long[] nanos = {0};

  /**
   * Commit 1 of the table has the users u0 and u1, and commit 2 u2. The other table has other ones,
   * and one commit more; the copy differs from commit 2 on.
   */
  @BeforeAll
  static void make() {
    ForkedTable.make(made);
    DeltaTables.append(made.resolve("copy"), 500, 2);
    DeltaTables.append(made.resolve("copy"), 600, 2);
    DeltaTables.create(made.resolve("other"), true);
    DeltaTables.append(made.resolve("other"), 100, 3);
    DeltaTables.append(made.resolve("other"), 200, 3);
    DeltaTables.append(made.resolve("other"), 300, 3);
  }

  @BeforeEach
  void copy() throws IOException {
    table = folder.resolve("table");
    other = folder.resolve("other");
    aside = folder.resolve("aside");
    ForkedTable.copy(made, folder);
  }

  private void swapIn() {
    move(table, aside);
    move(other, table);
  }

  private void swapBack() {
    move(table, other);
    move(aside, table);
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TableLog open() {
    return TableLogs.open(table.toString(), new Configuration());
  }

  private ChangeFeed feed() {
    return Feeds.of(table.toString());
  }

  private TableSlicePlanner planner() {
    String id = open().info().id();
    return new TableSlicePlanner(
        this::open, feed(), Optional.empty(), () -> Optional.of(id), () -> nanos[0]);
  }

  private Anchor anchor(long version) {
    return new Anchor(version, open().digest(version).orElseThrow());
  }

  private AnchoredReading anchored(TableUnits units, Optional<String> id) {
    return new AnchoredReading(
        units,
        new SameTable(table.toString(), units::log, () -> id, () -> nanos[0]),
        units::forget);
  }

  private static FreshetException failure(FailureCategory category, Executable call) {
    FreshetException failure = assertThrows(FreshetException.class, call);
    assertEquals(category, failure.category(), failure.getMessage());
    return failure;
  }

  @Test
  void nothingIsPlannedOfAnotherTableAndItIsBelievedAfterAWhile() {
    TableSlicePlanner planner = planner();
    Anchor done = anchor(0);
    String id = open().info().id();
    swapIn();

    failure(
        FailureCategory.STORAGE_UNAVAILABLE, () -> planner.plan(Cursor.changesFrom(1), done, 100));
    swapBack();
    assertEquals(3, end(planner.plan(Cursor.changesFrom(1), done, 100)));

    swapIn();
    for (int look = 0; look < 4; look++) {
      failure(
          FailureCategory.STORAGE_UNAVAILABLE,
          () -> planner.plan(Cursor.changesFrom(1), done, 100));
      nanos[0] += Duration.ofSeconds(6).toNanos();
    }
    FreshetException believed =
        failure(
            FailureCategory.TABLE_REPLACED, () -> planner.plan(Cursor.changesFrom(1), done, 100));
    assertTrue(believed.getMessage().contains(id), believed.getMessage());
    assertTrue(believed.getMessage().contains(open().info().id()), believed.getMessage());
  }

  @Test
  void withoutACommitTheIdTells() {
    TableSlicePlanner planner = planner();
    swapIn();

    failure(
        FailureCategory.STORAGE_UNAVAILABLE,
        () -> planner.plan(Cursor.changesFrom(0), Anchor.NONE, 100));
    swapBack();
    assertEquals(3, end(planner.plan(Cursor.changesFrom(0), Anchor.NONE, 100)));
  }

  @Test
  void aCopyThatWentOnByItselfIsAnotherTable() {
    TableSlicePlanner planner = planner();
    Anchor done = anchor(2);
    move(table, aside);
    move(folder.resolve("copy"), table);

    FreshetException copy =
        failure(
            FailureCategory.STORAGE_UNAVAILABLE,
            () -> planner.plan(Cursor.changesFrom(3), done, 100));
    assertTrue(copy.getMessage().contains("version 2 is not the commit"), copy.getMessage());
    TableInfo there = open().info();
    LedgerIdentity known = new LedgerIdentity("", there.id(), there.uri());
    failure(
        FailureCategory.TABLE_REPLACED,
        () -> HistoryCheck.requireSame(known, done, Cursor.changesFrom(3), there, open()));
    LedgerIdentity elsewhere = new LedgerIdentity("", there.id(), "file:/elsewhere");
    failure(
        FailureCategory.LEDGER_MISMATCH,
        () -> HistoryCheck.requireSame(elsewhere, done, Cursor.changesFrom(3), there, open()));
  }

  @Test
  void aTableThatIsAwayForAMomentIsTheEnvironments() {
    TableSlicePlanner planner = planner();
    Anchor done = anchor(0);
    planner.plan(Cursor.changesFrom(1), done, 100);
    move(table, aside);

    for (int look = 0; look < 4; look++) {
      failure(
          FailureCategory.STORAGE_UNAVAILABLE, () -> planner.plan(Cursor.snapshotAt(1), done, 100));
      nanos[0] += Duration.ofSeconds(4).toNanos();
    }
    move(aside, table);
    assertEquals(3, end(planner.plan(Cursor.changesFrom(1), done, 100)));

    // What was seen before it came back does not count.
    move(table, aside);
    nanos[0] += Duration.ofSeconds(60).toNanos();
    failure(
        FailureCategory.STORAGE_UNAVAILABLE, () -> planner.plan(Cursor.snapshotAt(1), done, 100));
  }

  @Test
  void whatIsSwappedWhileItIsReadDoesNotCount() {
    TableUnits units = new TableUnits(this::open, feed());
    Anchor done = anchor(0);
    String id = open().info().id();
    AnchoredReading anchored = anchored(units, Optional.of(id));

    // There while it is read only.
    failure(
        FailureCategory.STORAGE_UNAVAILABLE,
        () ->
            anchored.read(
                done,
                () -> {
                  swapIn();
                  units.commit(1);
                  swapBack();
                  return 0;
                }));
    // There at the first commit of two, or at the second.
    for (long swapped : List.of(1L, 2L)) {
      failure(
          FailureCategory.STORAGE_UNAVAILABLE,
          () ->
              anchored.read(
                  done,
                  () -> {
                    for (long version = 1; version <= 2; version++) {
                      if (version == swapped) {
                        swapIn();
                        units.commit(version);
                        swapBack();
                      } else {
                        units.commit(version);
                      }
                    }
                    return 0;
                  }));
    }
    assertEquals(
        0,
        anchored
            .read(
                done,
                () -> {
                  units.commit(1);
                  return 0;
                })
            .value());
  }

  @Test
  void whatWasReadOfACopyIsForgottenThoughItsCommitsAreAsLongAndAsOld() throws IOException {
    Path copy = folder.resolve("copy");
    Files.delete(commit(copy, 3));
    Path own = commit(table, 2);
    Path others = commit(copy, 2);
    long length = Math.max(Files.size(own), Files.size(others)) + 1;
    for (Path commit : List.of(own, others)) {
      String text = Files.readString(commit);
      Files.writeString(commit, text + " ".repeat((int) (length - Files.size(commit))));
    }
    Files.setLastModifiedTime(others, Files.getLastModifiedTime(own));
    List<DataUnit> files = Libraries.files(table.toString(), 2);
    Anchor done = anchor(1);
    TableUnits units = new TableUnits(this::open, feed());
    AnchoredReading anchored = anchored(units, Optional.empty());
    open().forget();

    failure(
        FailureCategory.STORAGE_UNAVAILABLE,
        () ->
            anchored.read(
                done,
                () -> {
                  move(table, aside);
                  move(copy, table);
                  units.snapshot(2);
                  move(table, copy);
                  move(aside, table);
                  return 0;
                }));
    assertEquals(files, anchored.read(done, () -> units.snapshot(2).units()).value());
  }

  @Test
  void aSnapshotOfAnotherTableThatWasThereForAMomentDoesNotCount() {
    List<DataUnit> files = Libraries.files(table.toString(), 2);
    Anchor done = anchor(0);
    String id = open().info().id();
    TableUnits units = new TableUnits(this::open, feed());
    AnchoredReading anchored = anchored(units, Optional.of(id));

    failure(
        FailureCategory.STORAGE_UNAVAILABLE,
        () ->
            anchored.read(
                done,
                () -> {
                  units.commit(1);
                  units.commit(2);
                  swapIn();
                  try {
                    return units.snapshot(2);
                  } finally {
                    swapBack();
                  }
                }));
    assertEquals(files, anchored.read(done, () -> units.snapshot(2).units()).value());
  }

  @Test
  void aSnapshotWithinWhichAnotherTableCameDoesNotCount() {
    Map<String, String> counting = Map.of("fs.counting.impl", CountingFileSystem.class.getName());
    ChangeFeed feed =
        Feeds.in(
            folder.resolve("ledger").toString(),
            counting,
            Feeds.of(CountingFileSystem.address(table)));
    Anchor done = anchor(0);
    int swaps = 0;
    for (int request = 1; swaps == request - 1; request++) {
      TableUnits units =
          new TableUnits(
              () -> TableLogs.open(feed.tableUri(), CountingFileSystem.configuration()), feed);
      List<DataUnit> files = units.snapshot(2).units();
      units.forget();
      AnchoredReading anchored =
          new AnchoredReading(
              units,
              new SameTable(feed.tableUri(), units::log, Optional::empty, () -> nanos[0]),
              units::forget);
      int[] left = {request};
      List<DataUnit> read = List.of();
      try {
        read =
            anchored
                .read(
                    done,
                    () -> {
                      units.commit(1);
                      CountingFileSystem.before(
                          what -> {
                            if (--left[0] == 0) {
                              swapIn();
                            }
                          });
                      try {
                        return units.snapshot(2).units();
                      } finally {
                        CountingFileSystem.before(what -> {});
                        if (left[0] <= 0) {
                          swapBack();
                        }
                      }
                    })
                .value();
      } catch (FreshetException e) {
        assertTrue(left[0] <= 0, e.getMessage());
      }
      swaps += left[0] <= 0 ? 1 : 0;
      if (!read.isEmpty()) {
        assertEquals(files, read, "another table came before request " + request);
      }
    }
    assertTrue(swaps > 5, swaps + " swaps");
  }

  @Test
  void filesAreNotDatedByCommitsOfAnotherTable() {
    FileDates dates = new FileDates(open(), Cursor.changesFrom(0));
    dates.advance(1);
    swapIn();
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> dates.advance(2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsKeptIsOfOneTableWheneverAnotherComesOrGoes(boolean comes) {
    Map<String, String> counting = Map.of("fs.counting.impl", CountingFileSystem.class.getName());
    boolean swapped = true;
    int swaps = 0;
    for (int request = 1; swapped; request++, swaps++) {
      ChangeFeed feed =
          Feeds.in(
              folder.resolve("ledger" + request).toString(),
              counting,
              Feeds.of(CountingFileSystem.address(table)));
      Ledger.at(feed.ledger()).start(Cursor.changesFrom(3));
      TableLogs.open(feed.tableUri(), CountingFileSystem.configuration()).forget();
      swapped = keepWhileAnotherTable(comes, request, feed);
      TableLog log = TableLogs.open(feed.tableUri(), CountingFileSystem.configuration());
      FileDates right = new FileDates(log, Cursor.changesFrom(0));
      right.advance(2);
      Optional<KeptTable> kept = KeptTable.newest(feed, log, Cursor.changesFrom(3), 2);
      if (kept.isPresent()) {
        for (DataUnit file : log.snapshot(2).files()) {
          assertEquals(
              right.of(file.path()), kept.get().dates().of(file.path()), "at request " + request);
        }
      }
    }
    assertTrue(swaps > 10, swaps + " swaps");
  }

  /** Whether another table has come, or gone, before that request. */
  private boolean keepWhileAnotherTable(boolean comes, int request, ChangeFeed feed) {
    int[] left = {request};
    Runnable swap = comes ? this::swapIn : this::swapBack;
    if (!comes) {
      swapIn();
    }
    CountingFileSystem.before(
        what -> {
          if (--left[0] == 0) {
            swap.run();
          }
        });
    TableKeeping keeping = new TableKeeping(feed);
    try {
      keeping.keep();
    } catch (FreshetException e) {
      assertTrue(left[0] <= 0 || !comes, e.getMessage());
    } finally {
      keeping.close();
      CountingFileSystem.before(what -> {});
      if (comes == left[0] <= 0) {
        swapBack();
      }
    }
    return left[0] <= 0;
  }

  private static Path commit(Path table, long version) {
    return table.resolve("_delta_log").resolve("%020d.json".formatted(version));
  }

  @Test
  void failuresOfAnotherTableAreNotThisOnes() {
    Anchor done = anchor(0);
    TableSlicePlanner planner = planner();
    int[] readings = {0};
    TableUnits units = new TableUnits(this::open, feed());
    AnchoredReading anchored = anchored(units, Optional.empty());

    // Its files were gone as long as another table was there.
    assertEquals(
        2,
        anchored
            .read(
                done,
                () -> {
                  if (readings[0]++ == 0) {
                    throw new FreshetException(FailureCategory.HISTORY_LOST, "for the test");
                  }
                  return readings[0];
                })
            .value());
    // They are gone.
    failure(
        FailureCategory.HISTORY_LOST,
        () ->
            anchored.read(
                done,
                () -> {
                  throw new FreshetException(FailureCategory.HISTORY_LOST, "for the test");
                }));
    assertEquals(3, end(planner.plan(Cursor.changesFrom(1), done, 100)));
  }

  @Test
  void rowsOfATableThatWasThereForAMomentAreNotEmittedAndTheRightOnesAre() throws Exception {
    LedgerAddress address = new LedgerAddress(folder.resolve("ledger").toString(), Map.of());
    Ledger ledger = Ledger.at(address);
    TableInfo info = open().info();
    ledger.identify(info.id(), info.uri());
    ledger.start(Cursor.changesFrom(1), anchor(0));
    ChangeFeed feed = Feeds.of(table.toString(), address);
    Schema schema = DeltaChanges.schemaOf(feed, info);
    SliceChanges worker = SliceChanges.of(feed, schema);
    List<Change> emitted = new ArrayList<>();
    try (Ownership ownership = ledger.takeOwnership()) {
      SliceCoordinator coordinator =
          ledger.coordinator(ownership.generation(), feed.fingerprint(), feed.limits(), planner());
      String first = coordinator.poll().orElseThrow();
      swapIn();
      worker.emit(first, Writers.THIS_PROCESS, emitted::add);
      assertEquals(List.of(), emitted);
      swapBack();
      String[] second = {""};
      Await.until(
          "another attempt",
          Duration.ofSeconds(20),
          () -> {
            Optional<String> next = coordinator.poll();
            next.ifPresent(attempt -> second[0] = attempt);
            return next.isPresent();
          });
      worker.emit(second[0], Writers.THIS_PROCESS, emitted::add);
      ownership.requireHeld();
    }

    assertEquals(
        List.of("u0", "u1", "u2"), emitted.stream().map(c -> c.key().orElseThrow()).toList());
  }

  @Test
  void aSliceThatWasPlannedOfAnotherTableIsNotReadAndIsPlannedAnew() {
    TableSlicePlanner planner = planner();
    PlannedSlice right = planner.plan(Cursor.changesFrom(1), anchor(0), 100).orElseThrow();
    PlannedSlice wrong = new PlannedSlice(right.slice(), right.commits().replace('a', 'b') + "0");
    TableUnits units = new TableUnits(this::open, feed());
    AnchoredReading anchored = anchored(units, Optional.empty());
    AnchoredReading.Read<Integer> read =
        anchored.read(
            anchor(0),
            () -> {
              units.commit(1);
              units.commit(2);
              return 0;
            });

    anchored.requireStillThere(anchor(0), read, right);
    failure(
        FailureCategory.STORAGE_UNAVAILABLE,
        () -> anchored.requireStillThere(anchor(0), read, wrong));
    assertTrue(planner.isStillOf(right, anchor(0)));
    assertEquals(false, planner.isStillOf(wrong, anchor(0)));
    assertEquals(
        new TreeMap<>(Map.of(1L, anchor(1).commit(), 2L, anchor(2).commit())), read.commits());
    assertEquals(anchor(2), read.last(right.slice()));
  }

  private static long end(Optional<PlannedSlice> planned) {
    return planned.orElseThrow().slice().to().version();
  }
}
