package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Change;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Outcome;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLog;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Anchor;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.Ownership;
import io.freshet.ledger.ReadCommit;
import io.freshet.ledger.SliceCoordinator;
import io.freshet.ledger.Writers;
import io.freshet.testing.Await;
import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits that change after they were read: by writers and storage without an atomic put. */
class ChangedCommitsTest {
  @TempDir private static Path made;
  @TempDir private Path folder;
  private final long[] nanos = {0};
  private Path table;
  private String whole;
  private String cut;
  private Ledger ledger;
  private Ownership ownership;
  private SliceCoordinator coordinator;
  private SliceChanges worker;

  /** Commit 1 of the table has the users u0 and u1, and commit 2 u2; of others it has u7. */
  @BeforeAll
  static void make() {
    ForkedTable.make(made);
    DeltaTables.append(made.resolve("copy"), 7, 1);
  }

  @BeforeEach
  void start() throws IOException {
    table = folder.resolve("table");
    ForkedTable.copy(made, folder);
    try (Stream<Path> files = Files.list(folder.resolve("copy"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path there = table.resolve(file.getFileName());
        if (!Files.exists(there)) {
          Files.copy(file, there);
        }
      }
    }
    whole = Files.readString(commit(2));
    // Cut at a line's end: what is there is a commit that changes nothing.
    cut =
        whole.lines().filter(line -> line.contains("commitInfo")).findFirst().orElseThrow() + "\n";
    LedgerAddress address = new LedgerAddress(folder.resolve("ledger").toString(), Map.of());
    ledger = Ledger.at(address);
    TableInfo info = open().info();
    ledger.identify(info.id(), info.uri());
    ledger.start(Cursor.changesFrom(1), new Anchor(0, open().digest(0).orElseThrow()));
    ChangeFeed feed = Feeds.of(table.toString(), address);
    worker = SliceChanges.of(feed, DeltaChanges.schemaOf(feed, info));
    ownership = ledger.takeOwnership();
    TableSlicePlanner planner =
        new TableSlicePlanner(
            this::open, feed, Optional.empty(), () -> Optional.of(info.id()), () -> nanos[0]);
    coordinator =
        ledger.coordinator(ownership.generation(), feed.fingerprint(), feed.limits(), planner);
  }

  @AfterEach
  void end() {
    ownership.close();
  }

  /** Nothing has to do with changed commits here but the feed. */
  @Test
  void readingThatARunnerRepeatsFailsWhereOthersMayStillWriteTheFirst() throws Exception {
    String attempt = coordinator.poll().orElseThrow();
    List<Change> emitted = new ArrayList<>();
    worker.emit(attempt, Writers.OTHERS_TOO, emitted::add);
    assertNotEquals(List.of(), emitted);
    int first = emitted.size();

    assertThrows(
        IllegalStateException.class, () -> worker.emit(attempt, Writers.OTHERS_TOO, emitted::add));
    worker.emit(attempt, Writers.THIS_PROCESS, emitted::add);

    assertEquals(first, emitted.size());
  }

  private TableLog open() {
    return TableLogs.open(table.toString(), new Configuration());
  }

  private Path commit(long version) {
    return table.resolve("_delta_log").resolve("%020d.json".formatted(version));
  }

  private void write(String commit) throws IOException {
    // Cut first, and of another time: as a writer does that begins anew.
    Files.writeString(commit(2), commit);
    Files.setLastModifiedTime(commit(2), FileTime.from(Instant.now().plusSeconds(5)));
  }

  private List<Change> emitNext() throws InterruptedException {
    String[] next = {""};
    Await.until(
        "an attempt",
        Duration.ofSeconds(20),
        () -> {
          Optional<String> attempt = coordinator.poll();
          attempt.ifPresent(text -> next[0] = text);
          return attempt.isPresent();
        });
    List<Change> emitted = new ArrayList<>();
    worker.emit(next[0], Writers.THIS_PROCESS, emitted::add);
    return emitted;
  }

  private void record(List<Change> changes) {
    for (Change change : changes) {
      ledger
          .outcomes()
          .record(List.of(new Outcome.Written(change.lease(), List.of(change.number()))));
    }
  }

  private static List<String> keys(List<Change> changes) {
    return changes.stream().map(change -> change.key().orElseThrow()).sorted().toList();
  }

  private static FreshetException failure(FailureCategory category, Runnable call) {
    FreshetException failure = assertThrows(FreshetException.class, call::run);
    assertEquals(category, failure.category(), failure.getMessage());
    return failure;
  }

  @Test
  void aSliceWithACommitThatGrowsBeforeItIsDoneIsReadAnew() throws Exception {
    write(cut);
    List<Change> first = emitNext();
    assertEquals(List.of("u0", "u1"), keys(first));
    record(first);
    write(whole);

    List<Change> second = emitNext();
    assertEquals(List.of("u0", "u1", "u2"), keys(second));
    assertEquals(Optional.of(Cursor.changesFrom(1)), ledger.cursor());
    record(second);
    assertEquals(Optional.empty(), coordinator.poll());

    assertEquals(Optional.of(Cursor.changesFrom(3)), ledger.cursor());
    assertEquals(new Anchor(2, open().digest(2).orElseThrow()), ledger.anchor());
    assertEquals(3, ledger.status().totals().written());
  }

  @Test
  void aSliceThatIsTriedAgainIsReadAnewToo() throws Exception {
    write(cut);
    List<Change> first = emitNext();
    ledger
        .outcomes()
        .record(
            List.of(
                new Outcome.Abandoned(
                    first.get(0).lease(),
                    List.of(0, 1),
                    FailureCategory.MILVUS_UNAVAILABLE,
                    "for the test")));
    write(whole);

    assertEquals(List.of("u0", "u1", "u2"), keys(emitNext()));
  }

  @Test
  void ofASliceThatWroteNothingAnyCommitMayChange() throws Exception {
    Files.writeString(commit(1), cut);
    write(cut);
    assertEquals(List.of(), emitNext());
    Files.writeString(commit(1), whole);
    write(Files.readString(folder.resolve("copy/_delta_log").resolve(commit(2).getFileName())));

    assertEquals(List.of("u2", "u7"), keys(emitNext()));
  }

  @Test
  void aSliceWhoseCommitIsAnotherOneWhenItMayBeWrittenEnds() throws Exception {
    record(emitNext());
    write(Files.readString(folder.resolve("copy/_delta_log").resolve(commit(2).getFileName())));

    requireChanged(Duration.ofSeconds(2));
    assertEquals(Optional.of(Cursor.changesFrom(1)), ledger.cursor());
  }

  /** Seen for a while: a copy may be there for a moment. */
  private void requireChanged(Duration step) {
    FreshetException changed = null;
    for (int look = 0; look < 10 && changed == null; look++) {
      FreshetException failure = assertThrows(FreshetException.class, coordinator::poll);
      if (failure.category() != FailureCategory.STORAGE_UNAVAILABLE) {
        changed = failure;
      }
      nanos[0] += step.toNanos();
    }
    assertEquals(FailureCategory.COMMIT_CHANGED, changed.category(), changed.getMessage());
    assertTrue(changed.getMessage().contains("Version 2 of " + table), changed.getMessage());
  }

  private void awaitDoubt() {
    nanos[0] += Duration.ofSeconds(1).toNanos();
    Await.until(
        "a look",
        Duration.ofSeconds(10),
        () -> {
          try {
            return coordinator.poll().isPresent();
          } catch (FreshetException e) {
            return e.category() == FailureCategory.STORAGE_UNAVAILABLE;
          }
        });
  }

  private void finishAll() throws InterruptedException {
    record(emitNext());
    assertEquals(Optional.empty(), coordinator.poll());
    assertEquals(Optional.of(Cursor.changesFrom(3)), ledger.cursor());
  }

  @Test
  void aCommitThatChangesAfterItsSliceIsDoneStopsThePipeline() throws Exception {
    write(cut);
    finishAll();
    List<ReadCommit> done = ledger.commitsRead();
    assertEquals(List.of(1L, 2L), done.stream().map(ReadCommit::version).toList());
    Await.until("a listing", Duration.ofSeconds(10), () -> coordinator.poll().isEmpty());
    write(whole);

    awaitDoubt();
    requireChanged(Duration.ofSeconds(2));
    assertEquals(Optional.of(Cursor.changesFrom(3)), ledger.cursor());
  }

  @Test
  void aCommitThatReplacesTheTableAndGrowsAfterItIsDoneStopsThePipeline() throws Exception {
    String metadata =
        Files.readString(commit(0))
            .lines()
            .filter(line -> line.contains("metaData"))
            .findFirst()
            .orElseThrow()
            .replaceFirst("\"id\":\"[^\"]*\"", "\"id\":\"another\"");
    write(cut + metadata + "\n");
    finishAll();
    Await.until("a listing", Duration.ofSeconds(10), () -> coordinator.poll().isEmpty());
    write(cut + metadata + "\n" + whole);

    awaitDoubt();
    requireChanged(Duration.ofSeconds(2));
  }

  @Test
  void anotherCopyForAMomentStopsNothing() throws Exception {
    finishAll();
    coordinator.poll();
    TableSlicePlanner planner = planner();
    List<ReadCommit> done = ledger.commitsRead();
    planner.requireAsRead(done);
    nanos[0] += Duration.ofSeconds(2).toNanos();
    write(cut);
    for (int look = 0; look < 3; look++) {
      failure(FailureCategory.STORAGE_UNAVAILABLE, () -> planner.requireAsRead(done));
      nanos[0] += Duration.ofSeconds(2).toNanos();
    }
    write(whole);
    planner.requireAsRead(done);
    write(cut);
    nanos[0] += Duration.ofSeconds(60).toNanos();
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> planner.requireAsRead(done));
  }

  /** The ledger remembers the last ones only. */
  @Test
  void allCommitsOfASliceAreLookedAtAgain() throws Exception {
    finishAll();
    TableSlicePlanner planner = planner();
    List<ReadCommit> all = ledger.commitsRead();
    Slice slice = new Slice(false, Position.startOf(1), Position.startOf(3));
    assertEquals(false, planner.mustBeReadAnew(slice, all, true));
    planner.requireAsRead(all.subList(1, 2));
    Files.writeString(commit(1), Files.readString(commit(1)) + "{}\n");
    nanos[0] += Duration.ofSeconds(1).toNanos();
    FreshetException changed =
        failure(
            FailureCategory.STORAGE_UNAVAILABLE, () -> planner.requireAsRead(all.subList(1, 2)));
    assertTrue(changed.getMessage().contains("Version 1 of "), changed.getMessage());
  }

  /** It is no file that could never be read: what was read of it is written. */
  @Test
  void aCommitThatMakesNoSenseSinceItWasReadHasChanged() throws Exception {
    finishAll();
    TableSlicePlanner planner = planner();
    List<ReadCommit> done = ledger.commitsRead();
    planner.requireAsRead(done);
    nanos[0] += Duration.ofSeconds(1).toNanos();
    planner.requireAsRead(done);
    nanos[0] += Duration.ofSeconds(10).toNanos();
    for (String torn : List.of("{\"add\":\n" + whole, whole.substring(0, whole.length() / 2))) {
      write(torn);
      for (int look = 0; look < 2; look++) {
        failure(FailureCategory.STORAGE_UNAVAILABLE, () -> planner.requireAsRead(done));
        nanos[0] += Duration.ofSeconds(3).toNanos();
      }
      failure(FailureCategory.COMMIT_CHANGED, () -> planner.requireAsRead(done));
      write(whole);
      for (int look = 0; look < 2; look++) {
        planner.requireAsRead(done);
        nanos[0] += Duration.ofSeconds(60).toNanos();
      }
    }
  }

  /** Storage whose files have times of whole seconds, and two writers of a version within one. */
  @Test
  void aCommitOfTheSameLengthAndTimeIsLookedInto() throws Exception {
    FileTime second = FileTime.from(Instant.parse("2026-02-03T04:05:06Z"));
    Files.setLastModifiedTime(commit(2), second);
    finishAll();
    TableSlicePlanner planner = planner();
    List<ReadCommit> done = ledger.commitsRead();
    planner.requireAsRead(done);
    String other = whole.replace("u2", "u7");
    assertNotEquals(whole, other);
    Files.writeString(commit(2), other);
    Files.setLastModifiedTime(commit(2), second);
    nanos[0] += Duration.ofSeconds(1).toNanos();
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> planner.requireAsRead(done));
    TableInfo info = open().info();
    failure(
        FailureCategory.COMMIT_CHANGED,
        () -> ChangedCommits.requireNone(done, info.id(), info, open()));
  }

  /** Slices of hundreds of commits, done faster than each commit can be looked at three times. */
  @Test
  void ofALongBacklogTheLastCommitsAreWatched() {
    CommitWatch watch =
        new CommitWatch(
            "/t",
            new TableUnits(FakeTableLog::new, Feeds.of("/t")),
            Optional::empty,
            () -> nanos[0]);
    for (int slice = 0; slice < 20; slice++) {
      long from = slice * 500L;
      List<ReadCommit> commits =
          LongStream.range(from, from + 500)
              .mapToObj(version -> new ReadCommit(version, 1, 1, "digest"))
              .toList();
      Slice read = new Slice(false, Position.startOf(from), Position.startOf(from + 500));
      assertEquals(false, watch.mustBeReadAnew(read, commits, true));
      for (int poll = 0; poll < 5; poll++) {
        watch.requireAsRead(commits.subList(468, 500));
      }
      assertTrue(watch.size() <= 1_000, watch.size() + " commits are watched");
      nanos[0] += Duration.ofSeconds(1).toNanos();
    }
    assertTrue(watch.size() >= 500, watch.size() + " commits are watched");
  }

  /** A resync makes up for a commit that has changed; what comes after it is watched anew. */
  @Test
  void whatWasDoneBeforeAResyncIsWatchedNoMore() throws Exception {
    finishAll();
    TableSlicePlanner planner = planner();
    List<ReadCommit> all = ledger.commitsRead();
    planner.requireAsRead(all);
    Files.writeString(commit(1), Files.readString(commit(1)) + "\n{}\n");
    nanos[0] += Duration.ofSeconds(1).toNanos();
    failure(FailureCategory.STORAGE_UNAVAILABLE, () -> planner.requireAsRead(all));

    planner.requireAsRead(List.of());
    for (int look = 0; look < 5; look++) {
      planner.requireAsRead(all.subList(1, 2));
      nanos[0] += Duration.ofSeconds(5).toNanos();
    }
  }

  @Test
  void aTableThatIsAwayForAMomentStopsNothing() throws Exception {
    finishAll();
    Path away = folder.resolve("away");
    TableSlicePlanner planner = planner();
    List<ReadCommit> done = ledger.commitsRead();
    planner.requireAsRead(done);
    nanos[0] += Duration.ofSeconds(2).toNanos();
    Files.move(table, away);
    for (int look = 0; look < 4; look++) {
      failure(FailureCategory.STORAGE_UNAVAILABLE, () -> planner.requireAsRead(done));
      nanos[0] += Duration.ofSeconds(6).toNanos();
    }
    failure(FailureCategory.TABLE_NOT_FOUND, () -> planner.requireAsRead(done));
  }

  private TableSlicePlanner planner() {
    String id = open().info().id();
    return new TableSlicePlanner(
        this::open,
        Feeds.of(table.toString()),
        Optional.empty(),
        () -> Optional.of(id),
        () -> nanos[0]);
  }

  @Test
  void aStartComparesTheCommitsThatAreDone() throws Exception {
    finishAll();
    List<ReadCommit> done = ledger.commitsRead();
    TableInfo info = open().info();
    ChangedCommits.requireNone(done, info.id(), info, open());

    write(whole);
    ChangedCommits.requireNone(done, info.id(), info, open());
    String first = Files.readString(commit(1));
    Files.writeString(commit(1), first + "{}\n");
    FreshetException changed =
        failure(
            FailureCategory.COMMIT_CHANGED,
            () -> ChangedCommits.requireNone(done, info.id(), info, open()));
    assertTrue(changed.getMessage().contains("Version 1 of "), changed.getMessage());
    // Another table is told by its id.
    assertDoesNotThrow(() -> ChangedCommits.requireNone(done, "another", info, open()));
    Files.delete(commit(1));
    ChangedCommits.requireNone(done, info.id(), info, open());
  }
}
