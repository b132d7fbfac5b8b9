package io.freshet.uservectors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Position;
import io.freshet.changes.Slice;
import io.freshet.ledger.Cursor;
import io.freshet.ledger.FirstReject;
import io.freshet.ledger.LedgerStatus;
import io.freshet.ledger.OutcomeTotals;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
  private static final Instant COMMIT = Instant.parse("2026-01-01T00:00:00Z");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(said, true, UTF_8);

  @Test
  void lineTellsRowsFreshnessAndVersion() {
    ProgressLine line = line(status(0, 0, 0));

    line.tell(status(11, 1_200, 34), 14, Optional.empty(), true);

    String text = said.toString(UTF_8);
    assertTrue(text.startsWith("freshet: 1,234 rows  "), text);
    assertTrue(text.endsWith("  freshness 1.25 s  4 commits behind  version 10\n"), text);
  }

  @Test
  void rowsOfTheSliceInFlightCount() {
    ProgressLine line = line(status(0, 0, 0));

    line.tell(withInFlight(status(5, 100, 0), 17), 9, Optional.empty(), true);

    assertTrue(said.toString(UTF_8).startsWith("freshet: 117 rows  "), said.toString(UTF_8));
  }

  @Test
  void rejectsAreCountedByReasonAndTheFirstOfEachIsToldOnce() {
    ProgressLine line = line(status(0, 0, 0));
    LedgerStatus status =
        new LedgerStatus(
            Optional.empty(),
            Optional.of(Cursor.changesFrom(5)),
            3,
            new OutcomeTotals(
                10, 0, Map.of("superseded", 5L, "null_key", 2L, "bad_vector", 1_000L)),
            0,
            10,
            Duration.ofSeconds(1),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            5,
            Optional.empty(),
            Map.of("bad_vector", new FirstReject("'u7'", "it holds null", 3)));

    line.tell(status, 4, Optional.empty(), true);
    line.tell(status, 4, Optional.empty(), true);

    List<String> lines = said.toString(UTF_8).lines().toList();
    assertEquals(3, lines.size(), lines::toString);
    assertEquals(
        "freshet: rejected for bad_vector, the first: key 'u7': it holds null", lines.get(0));
    String counts = "  version 4  rejected: 1,000 bad_vector, 2 null_key";
    assertTrue(lines.get(1).endsWith(counts), lines::toString);
    assertTrue(lines.get(2).endsWith(counts), lines::toString);
  }

  @Test
  void rateIsNeverNegative() {
    ProgressLine line = line(status(5, 100, 0));

    line.tell(
        status(5, 40, 0),
        9,
        Optional.empty(),
        true); // Outcomes that another fingerprint has voided.

    assertTrue(said.toString(UTF_8).contains(" 0 rows/s "), said.toString(UTF_8));
  }

  @Test
  void freshnessOfACommitInTheFutureIsNotNegative() {
    LedgerStatus now = status(11, 1_200, 34);
    LedgerStatus ahead =
        new LedgerStatus(
            now.identity(),
            now.cursor(),
            now.slices(),
            now.totals(),
            now.repeated(),
            now.lastRows(),
            now.lastTook(),
            now.lastDoneAt(),
            Optional.of(COMMIT.plus(Duration.ofDays(365))),
            now.inFlight(),
            now.files(),
            now.owner(),
            now.rejects());

    line(now).tell(ahead, 14, Optional.empty(), true);

    assertTrue(said.toString(UTF_8).contains("  freshness 0.00 s  "), said.toString(UTF_8));
  }

  @Test
  void sliceThatTakesLongerThanALeaseIsToldWithWhy() {
    LedgerStatus status = status(5, 100, 0);
    LedgerStatus.InFlight slice =
        new LedgerStatus.InFlight(
            new Slice(false, Position.startOf(5), Position.startOf(6)),
            3,
            Duration.ofSeconds(36),
            true,
            OutcomeTotals.NONE,
            Set.of("milvus_unavailable", "lease_over"));

    line(status)
        .tell(
            copy(status, status.cursor().orElseThrow(), Optional.of(slice)),
            9,
            Optional.empty(),
            true);

    String text = said.toString(UTF_8);
    assertTrue(
        text.endsWith(
            "  version 4  36 s at slice 4: attempt 3, claimed, lease_over, milvus_unavailable\n"),
        text);
  }

  @Test
  void freshnessGrowsWhileACommitWaits() {
    ProgressLine line = line(status(0, 0, 0));

    line.tell(status(11, 1_200, 34), 11, Optional.of(Instant.now().minusSeconds(3_600)), true);
    line.tell(status(11, 1_200, 34), 11, Optional.of(Instant.now().plusSeconds(3_600)), true);

    List<String> lines = said.toString(UTF_8).lines().toList();
    assertTrue(lines.get(0).contains("  freshness 3600."), lines::toString);
    assertTrue(lines.get(1).contains("  freshness 1.25 s  "), lines::toString);
  }

  @Test
  void nothingIsToldBeforeItIsTime() {
    ProgressLine line = line(status(0, 0, 0));

    line.tell(status(5, 100, 0), 9, Optional.empty(), false);

    assertEquals("", said.toString(UTF_8));
  }

  @Test
  void ledgerWithoutACommitYetHasNoFreshness() {
    ProgressLine line = line(LEDGER_WITHOUT_A_START);

    line.tell(LEDGER_WITHOUT_A_START, 3, Optional.empty(), true);

    String text = said.toString(UTF_8);
    assertTrue(text.endsWith("  freshness -  4 commits behind  version -1\n"), text);
  }

  @Test
  void commitThatIsCutIsNotDone() {
    LedgerStatus inVersion6 = withCursor(status(6, 10, 0), new Position(6, 0, 500));
    assertEquals(5, ProgressLine.lastVersionDone(inVersion6));
    assertEquals(1, ProgressLine.commitsBehind(inVersion6, 6));
    assertEquals(0, ProgressLine.commitsBehind(status(7, 10, 0), 6));
    assertEquals(0, ProgressLine.commitsBehind(status(7, 10, 0), 5));
  }

  private static final LedgerStatus LEDGER_WITHOUT_A_START =
      new LedgerStatus(
          Optional.empty(),
          Optional.empty(),
          0,
          OutcomeTotals.NONE,
          0,
          0,
          Duration.ZERO,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.empty(),
          Map.of());

  private static LedgerStatus status(long next, long written, long superseded) {
    return new LedgerStatus(
        Optional.empty(),
        Optional.of(Cursor.changesFrom(next)),
        3,
        new OutcomeTotals(written, 0, Map.of("superseded", superseded)),
        0,
        10,
        Duration.ofSeconds(1),
        Optional.of(COMMIT.plusMillis(1_250)),
        Optional.of(COMMIT),
        Optional.empty(),
        5,
        Optional.empty(),
        Map.of());
  }

  private static LedgerStatus withInFlight(LedgerStatus status, long written) {
    return copy(
        status,
        status.cursor().orElseThrow(),
        Optional.of(
            new LedgerStatus.InFlight(
                new Slice(false, Position.startOf(5), Position.startOf(6)),
                1,
                Duration.ofSeconds(1),
                true,
                new OutcomeTotals(written, 0, Map.of()),
                Set.of())));
  }

  private ProgressLine line(LedgerStatus start) {
    return new ProgressLine(err, start, Duration.ofSeconds(35));
  }

  private static LedgerStatus withCursor(LedgerStatus status, Position position) {
    return copy(status, new Cursor(false, position), Optional.empty());
  }

  private static LedgerStatus copy(
      LedgerStatus status, Cursor cursor, Optional<LedgerStatus.InFlight> inFlight) {
    return new LedgerStatus(
        status.identity(),
        Optional.of(cursor),
        status.slices(),
        status.totals(),
        status.repeated(),
        status.lastRows(),
        status.lastTook(),
        status.lastDoneAt(),
        status.newestCommit(),
        inFlight,
        status.files(),
        status.owner(),
        status.rejects());
  }
}
