package io.freshet.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger says which commits its progress is of. */
class AnchorTest {
  private static final int[] ONE_ROW = {1};

  @TempDir private Path folder;
  private final Pipeline pipeline = new Pipeline();
  private final Planning planner = new Planning();

  /** Cuts slices of a table of which one version is swapped for a while. */
  private static final class Planning implements SlicePlanner {
    private String commits = "right";
    private long end = 1;
    private final List<Anchor> asked = new ArrayList<>();
    private final List<List<ReadCommit>> compared = new ArrayList<>();

    @Override
    public Optional<Slice> plan(Cursor from, long maxRows) {
      return from.position().version() < end
          ? Optional.of(new Slice(false, from.position(), Position.startOf(end)))
          : Optional.empty();
    }

    @Override
    public Optional<PlannedSlice> plan(Cursor from, Anchor after, long maxRows) {
      asked.add(after);
      return plan(from, maxRows).map(slice -> new PlannedSlice(slice, commits));
    }

    @Override
    public void requireAsRead(List<ReadCommit> done) {
      compared.add(done);
    }

    @Override
    public boolean mustBeReadAnew(Slice slice, List<ReadCommit> read, boolean mayBeWritten) {
      return read.stream().anyMatch(commit -> !commit.isOf(commits));
    }

    @Override
    public PlannedSlice again(Slice slice, Anchor after) {
      return new PlannedSlice(slice, commits);
    }

    @Override
    public boolean isStillOf(PlannedSlice planned, Anchor after) {
      return planned.commits().equals(commits);
    }
  }

  private SliceCoordinator coordinator() {
    return pipeline
        .ledger()
        .coordinator(
            pipeline.generation(),
            "options",
            new SliceLimits(10, Pipeline.LEASE, Pipeline.SETTLE),
            planner);
  }

  @Test
  void whatFollowsIsPlannedAfterTheCommitThatWasRead() {
    SliceCoordinator coordinator = coordinator();
    ClaimedSlice claimed = pipeline.claim(coordinator.poll().orElseThrow());
    assertEquals("right", claimed.planned().commits());
    assertEquals(Anchor.NONE, claimed.after());
    Anchor read = new Anchor(0, "abc");
    claimed.recordManifest(1, Map.of(), ONE_ROW, pipeline.clock.now(), read, List.of(), 0);
    pipeline.write(claimed, List.of(0));
    planner.end = 2;

    ClaimedSlice next = pipeline.claim(coordinator.poll().orElseThrow());

    assertEquals(read, next.after());
    assertEquals(read, planner.asked.get(planner.asked.size() - 1));
    assertEquals(read, pipeline.ledger.anchor());
  }

  @Test
  void aSliceThatWasCutOfAnotherTableIsPlannedAnew() {
    planner.commits = "another table's";
    planner.end = 5;
    SliceCoordinator coordinator = coordinator();
    ClaimedSlice claimed = pipeline.claim(coordinator.poll().orElseThrow());
    planner.commits = "right";
    planner.end = 1;
    claimed.giveUp(FailureCategory.STORAGE_UNAVAILABLE, "another table is there");
    pipeline.clock.advance(Duration.ofSeconds(1));

    ClaimedSlice next = pipeline.claim(coordinator.poll().orElseThrow());

    assertEquals(Position.startOf(1), next.slice().to());
    assertEquals("right", next.planned().commits());
  }

  @Test
  void aSliceThatWasReadIsNotPlannedAnew() {
    planner.end = 5;
    SliceCoordinator coordinator = coordinator();
    String first = coordinator.poll().orElseThrow();
    ClaimedSlice claimed = pipeline.claim(first);
    claimed.recordManifest(
        1, Map.of(), ONE_ROW, pipeline.clock.now(), new Anchor(4, "abc"), List.of(), 0);
    pipeline.abandon(claimed, List.of(0), FailureCategory.MILVUS_UNAVAILABLE);
    planner.commits = "another table's";
    pipeline.clock.advance(Duration.ofSeconds(1));

    ClaimedSlice again = pipeline.claim(coordinator.poll().orElseThrow());

    assertEquals(Position.startOf(5), again.slice().to());
    assertEquals("right", again.planned().commits());
  }

  @Test
  void theCommitsThatAreDoneAreRememberedAsTheyWereRead() {
    SliceCoordinator coordinator = coordinator();
    List<ReadCommit> all = new ArrayList<>();
    for (int version = 0; version < 38; version++) {
      ClaimedSlice claimed = pipeline.claim(coordinator.poll().orElseThrow());
      ReadCommit read = new ReadCommit(version, 10 + version, 1_000L * version, "right");
      claimed.recordManifest(
          1,
          Map.of(),
          ONE_ROW,
          pipeline.clock.now(),
          new Anchor(version, "right"),
          List.of(read),
          0);
      pipeline.write(claimed, List.of(0));
      all.add(read);
      planner.end = version + 2L;
    }
    coordinator.poll();

    assertEquals(all.subList(6, 38), pipeline.ledger.commitsRead());
    assertEquals(all.subList(6, 38), planner.compared.get(planner.compared.size() - 1));
    Ledger another = new Ledger(pipeline.ledger.store(), pipeline.clock);
    assertEquals(all.subList(6, 38), another.commitsRead());
  }

  @Test
  void aSliceWhoseCommitHasChangedIsNotDoneAndIsReadAnewUpToTheSameEnd() {
    planner.end = 5;
    SliceCoordinator coordinator = coordinator();
    ClaimedSlice claimed = pipeline.claim(coordinator.poll().orElseThrow());
    List<ReadCommit> read = List.of(new ReadCommit(4, 10, 1, "right"));
    claimed.recordManifest(
        1, Map.of(), ONE_ROW, pipeline.clock.now(), new Anchor(4, "right"), read, 0);
    pipeline.write(claimed, List.of(0));
    assertEquals(Optional.of(Cursor.changesFrom(5)), cursorAfter(coordinator));
    planner.end = 10;
    claimed = pipeline.claim(coordinator.poll().orElseThrow());
    claimed.recordManifest(
        1,
        Map.of(),
        ONE_ROW,
        pipeline.clock.now(),
        new Anchor(9, "right"),
        List.of(read.get(0)),
        0);
    pipeline.write(claimed, List.of(0));
    planner.commits = "another";
    planner.end = 7;

    ClaimedSlice again = pipeline.claim(coordinator.poll().orElseThrow());

    assertEquals(Optional.of(Cursor.changesFrom(5)), pipeline.ledger.cursor());
    assertEquals(Position.startOf(10), again.slice().to());
    assertEquals("another", again.planned().commits());
    assertTrue(!again.isSettled(0));
  }

  private Optional<Cursor> cursorAfter(SliceCoordinator coordinator) {
    coordinator.poll();
    return pipeline.ledger.cursor();
  }

  @Test
  void aLedgerOfAnOlderVersionHasNone() throws Exception {
    String done =
        "{\"cursor\":{\"snapshot\":false,\"position\":{\"version\":7,\"unit\":0,\"row\":0}},"
            + "\"totals\":{\"written\":3,\"deleted\":0,\"skipped\":{}},\"repeated\":0,\"rowLimit\":10,"
            + "\"rows\":3,\"millis\":1,\"attempts\":1,\"unclaimed\":0,\"newestCommitMillis\":0,\"at\":5}";
    CRC32 crc = new CRC32();
    crc.update(done.getBytes(UTF_8));
    Files.writeString(
        folder.resolve(Names.doneFile(4)), done + "\n" + String.format("%08x\n", crc.getValue()));

    Ledger ledger =
        new Ledger(
            LedgerStore.open(new LedgerAddress(folder.toString(), Map.of())), pipeline.clock);

    assertEquals(Optional.of(Cursor.changesFrom(7)), ledger.cursor());
    assertEquals(Anchor.NONE, ledger.anchor());
    assertTrue(!ledger.anchor().isKnown());
    assertEquals(List.of(), ledger.commitsRead());
  }
}
