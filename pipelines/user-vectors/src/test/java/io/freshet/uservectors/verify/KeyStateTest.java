package io.freshet.uservectors.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.delta.ChangeFeed;
import io.freshet.delta.Keys;
import io.freshet.delta.RowDate;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.SliceLimits;
import io.freshet.milvus.StoredRow;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

final class KeyStateTest {
  private static final Rules RULES = new Rules(9, 9, 0, true, true, false, false);
  private static final Schema SCHEMA =
      Schema.builder().addStringField("user_id").addNullableInt64Field("nr").build();

  @Test
  void newestRowIsThatOfTheLatestVersion() {
    assertEquals(Verdict.EQUAL, verdict(stored(3, 30), at(1, 10), at(3, 30), at(2, 20)));
    assertEquals(Verdict.STALE, verdict(stored(2, 20), at(1, 10), at(3, 30), at(2, 20)));
    assertEquals(Verdict.STALE, verdict(stored(3, 99), at(3, 30)));
    assertEquals(Verdict.MISSING, verdict(Optional.empty(), at(3, 30)));
    assertEquals(Verdict.EXTRA, verdict(stored(3, 30)));
    assertEquals(Verdict.ABSENT, verdict(Optional.empty()));
  }

  @Test
  void inAVersionTheOrderDecidesThenThePlace() {
    KeyState byPlace = state(stored(1, 10), "");
    byPlace.addLive(row(10, place(1, 0, 5), 9));
    byPlace.addLive(row(20, place(1, 0, 6), 1));
    assertEquals(Verdict.STALE, byPlace.verdict(RULES));
    KeyState byOrder = state(stored(1, 10), "nr");
    byOrder.addLive(row(10, place(1, 0, 5), 9));
    byOrder.addLive(row(20, place(1, 0, 6), 1));
    assertEquals(Verdict.EQUAL, byOrder.verdict(RULES));
  }

  @Test
  void anyRowThatCanBeTheNewestIsRight() {
    TableRow[] compacted = {row(10, between(1, 4), 1), row(20, between(1, 4), 2)};
    assertEquals(Verdict.EQUAL, verdict(stored(1, 10), compacted));
    assertEquals(Verdict.EQUAL, verdict(stored(4, 20), compacted));
    assertEquals(Verdict.STALE, verdict(stored(4, 30), compacted));
    assertEquals(Verdict.STALE, verdict(stored(4, 20), compacted[0], compacted[1], at(5, 50)));
    // Of version 3 as it says, and there is a row of version 4.
    assertEquals(Verdict.STALE, verdict(stored(3, 10), row(10, between(1, 6), 1), at(4, 40)));
  }

  @Test
  void rowLookedUpAfterADeleteIsRightUntilANewerOneComes() {
    assertEquals(Verdict.EQUAL, verdict(stored(7, 10), at(1, 10), at(2, 20)));
    assertEquals(Verdict.STALE, verdict(stored(7, 10), at(1, 10), at(8, 80)));
  }

  @Test
  void copiedRowIsOfTheVersionWhoseChangeFilesHoldIt() {
    KeyState state = state(stored(2, 20), "");
    state.addChanged(row(20, place(2, 0, 0), 1));
    RowDate rewritten = new RowDate(0, 1, false, 0, 0, 2);
    state.addLive(row(10, rewritten, 1));
    state.addLive(row(20, rewritten, 1));
    assertEquals(Verdict.EQUAL, state.verdict(RULES));
    KeyState old = state(stored(0, 10), "");
    old.addChanged(row(20, place(2, 0, 0), 1));
    old.addLive(row(10, rewritten, 1));
    old.addLive(row(20, rewritten, 1));
    assertEquals(Verdict.STALE, old.verdict(RULES));
  }

  @Test
  void versionsThatAreNotDoneAreNotComparedAndThoseBeyondAreWrong() {
    Rules running = RULES.upTo(11);
    assertEquals(Verdict.NEWER, state(stored(11, 99), "").verdict(running));
    assertEquals(Verdict.EXTRA, state(stored(12, 99), "").verdict(running));
    KeyState state = state(stored(12, 10), "");
    state.addLive(at(1, 10));
    assertEquals(Verdict.STALE, state.verdict(running));
  }

  @Test
  void rowsBeforeTheBeginningNeedNotBeThere() {
    Rules latest = new Rules(9, 9, 5, true, true, false, false);
    KeyState before = state(Optional.empty(), "");
    before.addLive(row(10, between(-1, 4), 1));
    assertEquals(Verdict.ABSENT, before.verdict(latest));
    KeyState after = state(Optional.empty(), "");
    after.addLive(row(10, between(-1, 4), 1));
    after.addLive(at(5, 50));
    assertEquals(Verdict.MISSING, after.verdict(latest));
  }

  @Test
  void whatIsNotFollowedStaysUnlessANewerRowCame() {
    Rules ignoring = new Rules(9, 9, 0, false, false, false, false);
    assertEquals(Verdict.KEPT, state(stored(3, 30), "").verdict(ignoring));
    KeyState newest = state(stored(3, 30), "");
    newest.addLive(at(2, 20));
    assertEquals(Verdict.KEPT, newest.verdict(ignoring));
    newest.addLive(at(4, 40));
    assertEquals(Verdict.STALE, newest.verdict(ignoring));
    assertEquals(
        Verdict.KEPT,
        state(stored(3, 30), "").verdict(new Rules(9, 9, 0, true, true, true, false)));
  }

  @Test
  void keyWhoseNewestRowGivesNoVectorStaysAsItWas() {
    TableRow bad = new TableRow(OptionalLong.empty(), place(3, 0, 0), true, none());
    assertEquals(Verdict.REJECTED, verdict(stored(1, 10), at(1, 10), bad));
    assertEquals(Verdict.REJECTED, verdict(Optional.empty(), bad));
    assertEquals(Verdict.EQUAL, verdict(stored(4, 40), bad, at(4, 40)));
  }

  @Test
  void likeliestNewestRowIsWritten() {
    KeyState state = state(Optional.empty(), "nr");
    state.addLive(row(10, between(1, 4), 7));
    state.addLive(row(20, between(1, 4), 2));
    assertEquals(OptionalLong.of(10), state.wanted(RULES).orElseThrow().hash());
  }

  private static Verdict verdict(Optional<StoredRow> stored, TableRow... rows) {
    KeyState state = state(stored, "");
    for (TableRow row : rows) {
      state.addLive(row);
    }
    return state.verdict(RULES);
  }

  private static KeyState state(Optional<StoredRow> stored, String orderColumn) {
    ChangeFeed feed =
        new ChangeFeed(
            "/t",
            Map.of(),
            new LedgerAddress("/l", Map.of()),
            SCHEMA.getFieldNames(),
            "user_id",
            Keys.EVENTS,
            orderColumn,
            "",
            Set.of(),
            ChangeFeed.NO_END,
            Duration.ofSeconds(1),
            new SliceLimits(1, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            1,
            Map.of());
    return new KeyState(RowAges.of(feed, true), stored);
  }

  private static Optional<StoredRow> stored(long version, long hash) {
    return Optional.of(new StoredRow("k", version, hash, new float[0]));
  }

  private static TableRow at(long version, long hash) {
    return row(hash, place(version, 0, hash), 1);
  }

  private static TableRow row(long hash, RowDate date, long nr) {
    return new TableRow(
        OptionalLong.of(hash), date, true, Row.withSchema(SCHEMA).addValues("k", nr).build());
  }

  private static Row none() {
    return Row.withSchema(SCHEMA).addValues("k", null).build();
  }

  private static RowDate place(long version, int unit, long row) {
    return new RowDate(version, version, true, unit, row, RowDate.COPIED);
  }

  private static RowDate between(long from, long to) {
    return new RowDate(from, to, false, 0, 0, RowDate.COPIED);
  }
}
