package io.freshet.milvus;

import static io.freshet.milvus.Updates.batch;
import static io.freshet.milvus.Updates.delete;
import static io.freshet.milvus.Updates.suspected;
import static io.freshet.milvus.Updates.upsert;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.Change;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.Outcome;
import io.freshet.changes.SkipReason;
import io.freshet.changes.Time;
import io.freshet.changes.VectorBatch;
import io.freshet.changes.metrics.PipelineMetrics;
import io.milvus.grpc.BoolResponse;
import io.milvus.grpc.ConsistencyLevel;
import io.milvus.grpc.DeleteRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.QueryResults;
import io.milvus.grpc.UpsertRequest;
import io.milvus.shaded.io.grpc.CallOptions;
import io.milvus.shaded.io.grpc.ClientCall;
import io.milvus.shaded.io.grpc.ManagedChannel;
import io.milvus.shaded.io.grpc.MethodDescriptor;
import io.milvus.shaded.io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchWriterTest {
  private static final Instant NOW = Updates.COMMITTED.plusSeconds(3);
  private static final int RATE_LIMIT = 8;
  private static final int NOT_LOADED = 101;
  private static final int INVALID_PARAMETER = 1100;
  private static final int UNEXPECTED = 65535;
  private static final int CANCELED = 10000;
  private static final int TIMEOUT = 10001;
  private static final String CONTROL = "user_id in [\"freshet-control-ledger-1\"]";

  private final FakeMilvus milvus = new FakeMilvus();
  private final ManualTime time = new ManualTime(NOW);
  private final LossConfirmation heard = new LossConfirmation();
  private final AtomicInteger recoveries = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final Lease lease = new Lease("attempt-1", NOW.plusSeconds(60));

  @BeforeEach
  void clearMetrics() {
    RecordedMetrics.clear();
  }

  @AfterEach
  void stopServer() {
    milvus.close();
  }

  @Test
  void aBatchIsOneUpsertAndThenOneDelete() {
    List<Outcome> outcomes =
        write(
            batch(
                delete(lease, 0, "gone"),
                upsert(lease, 1, "a", 1, 2, 3, 4),
                upsert(lease, 2, "b", 5, 6, 7, 8)));

    assertEquals(
        List.of(new Outcome.Written(lease, List.of(1, 2)), new Outcome.Deleted(lease, List.of(0))),
        outcomes);
    assertEquals(List.of("upsert", "delete"), milvus.order);
    UpsertRequest request = milvus.upserts.get(0);
    assertEquals(List.of("a", "b"), FakeMilvus.keys(request));
    assertEquals(
        List.of(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f),
        request.getFieldsData(1).getVectors().getFloatVector().getDataList());
    assertEquals(
        List.of(7L, 7L), request.getFieldsData(2).getScalars().getLongData().getDataList());
    assertEquals(
        List.of(1001L, 1002L), request.getFieldsData(3).getScalars().getLongData().getDataList());
    assertEquals("user_id in [\"gone\"]", milvus.deletes.get(0).getExpr());
  }

  @Test
  void aDeleteOfACutCommitSparesWhatTheCommitOrALaterOneWrote() {
    milvus.onQuery =
        request ->
            FakeMilvus.rows(stored("older", 6, 1), stored("own", 7, 1), stored("newer", 8, 1));

    List<Outcome> outcomes =
        write(
            batch(
                Updates.deleteOfCut(lease, 0, "older"),
                Updates.deleteOfCut(lease, 1, "own"),
                Updates.deleteOfCut(lease, 2, "newer"),
                Updates.deleteOfCut(lease, 3, "not there"),
                delete(lease, 4, "whole")));

    assertEquals(
        List.of(Updates.stillCurrent(lease, 1, 2), new Outcome.Deleted(lease, List.of(0, 3, 4))),
        outcomes);
    assertEquals(List.of("query", "delete"), milvus.order);
    assertEquals(
        "user_id in [\"older\",\"own\",\"newer\",\"not there\"]", milvus.queries.get(0).getExpr());
    assertEquals(ConsistencyLevel.Strong, milvus.queries.get(0).getConsistencyLevel());
    assertEquals("user_id in [\"whole\",\"older\",\"not there\"]", milvus.deletes.get(0).getExpr());
  }

  @Test
  void whatIsLeftOfAKeyReplacesOnlyRowsThatAreGone() {
    milvus.onQuery =
        request ->
            FakeMilvus.rows(
                stored("gone", 6, 11),
                stored("another", 6, 12),
                stored("gone, written again", 7, 11));

    List<Outcome> outcomes =
        write(
            batch(
                Updates.left(lease, 0, "gone", 10, 11),
                Updates.left(lease, 1, "another", 10, 11),
                Updates.left(lease, 2, "gone, written again", 10, 11),
                Updates.left(lease, 3, "not there", 10, 11),
                Updates.left(lease, 4, "not there, and never had a vector"),
                upsert(lease, 5, "new", 1, 2, 3, 4)));

    assertEquals(
        List.of(Updates.stillCurrent(lease, 1, 2), new Outcome.Written(lease, List.of(0, 3, 4, 5))),
        outcomes);
    assertEquals(List.of("query", "upsert"), milvus.order);
    assertEquals(
        List.of("new", "gone", "not there", "not there, and never had a vector"),
        FakeMilvus.keys(milvus.upserts.get(0)));
  }

  @Test
  void nothingIsDecidedWhileTheCollectionCannotBeRead() {
    AtomicInteger calls = new AtomicInteger();
    milvus.onQuery =
        request -> {
          if (calls.incrementAndGet() < 3) {
            throw Status.UNAVAILABLE.asRuntimeException();
          }
          return FakeMilvus.rows(stored("key", 7, 1));
        };

    assertEquals(
        List.of(Updates.stillCurrent(lease, 0), mayStillArrive(lease)),
        write(batch(Updates.deleteOfCut(lease, 0, "key"))));
    assertEquals(3, calls.get());
  }

  @Test
  void anAnswerThatLacksAColumnIsNone() {
    QueryResults whole = FakeMilvus.rows(stored("key", 7, 1));
    for (int column = 0; column < whole.getFieldsDataCount(); column++) {
      QueryResults lacking = whole.toBuilder().removeFieldsData(column).build();
      AtomicInteger calls = new AtomicInteger();
      milvus.onQuery = request -> calls.incrementAndGet() == 1 ? lacking : whole;

      assertEquals(
          List.of(Updates.stillCurrent(lease, 0)),
          write(batch(Updates.deleteOfCut(lease, 0, "key"))),
          whole.getFieldsData(column).getFieldName());
    }
  }

  @Test
  void aCollectionThatCannotBeReadLeavesItsChangesOpen() {
    milvus.onQuery =
        request ->
            QueryResults.newBuilder()
                .setStatus(FakeMilvus.failed(NOT_LOADED, "not loaded").getStatus())
                .build();

    List<Outcome> outcomes =
        write(batch(Updates.deleteOfCut(lease, 0, "a"), Updates.left(lease, 1, "b", 1)));

    assertEquals(
        List.of(
            new Outcome.Abandoned(
                lease, List.of(1), FailureCategory.MILVUS_UNAVAILABLE, "code 101: not loaded"),
            new Outcome.Abandoned(
                lease,
                List.of(0),
                FailureCategory.LEASE_OVER,
                "the lease ended before the request")),
        outcomes);
    assertEquals(List.of(), milvus.upserts);
    assertEquals(List.of(), milvus.deletes);
  }

  private static StoredRow stored(String key, long version, long hash) {
    return new StoredRow(key, version, hash, new float[0]);
  }

  @Test
  void attemptsAreWrittenApart() {
    Lease other = new Lease("attempt-2", NOW.plusSeconds(60));

    List<Outcome> outcomes =
        write(
            batch(
                upsert(lease, 0, "a", 1, 0, 0, 0),
                upsert(other, 0, "a", 1, 0, 0, 0),
                upsert(lease, 1, "b", 1, 0, 0, 0)));

    assertEquals(
        List.of(new Outcome.Written(lease, List.of(0, 1)), new Outcome.Written(other, List.of(0))),
        outcomes);
    assertEquals(2, milvus.upserts.size());
  }

  @Test
  void whatPassesIsTriedAgain() {
    AtomicInteger calls = new AtomicInteger();
    milvus.onUpsert =
        request ->
            switch (calls.incrementAndGet()) {
              case 1 -> throw Status.UNAVAILABLE.asRuntimeException();
              case 2 -> throw Status.RESOURCE_EXHAUSTED.asRuntimeException();
              case 3 -> FakeMilvus.failed(RATE_LIMIT, "rate limit exceeded");
              default -> FakeMilvus.accepted(request);
            };

    List<Outcome> outcomes = write(Updates.upserts(lease, "k", 2));

    assertEquals(
        List.of(new Outcome.Written(lease, List.of(0, 1)), mayStillArrive(lease)), outcomes);
    assertEquals(4, calls.get());
    assertEquals(1, recoveries.get());
    List<RecordedMetrics.Event> retries = RecordedMetrics.of(PipelineMetrics.RETRIES);
    assertEquals(3, retries.size());
    assertEquals(List.of("milvus", "milvus_unavailable"), retries.get(0).labels());
    assertEquals(
        List.of(0.0, 1.0, 1.0, 1.0, 1.0),
        RecordedMetrics.of(PipelineMetrics.MILVUS_UP).stream()
            .map(RecordedMetrics.Event::value)
            .toList());
  }

  @Test
  void aTryWithoutAnAnswerMayStillArriveAfterTheOneThatWasAcknowledged() {
    AtomicInteger calls = new AtomicInteger();
    milvus.onDelete =
        request -> {
          if (calls.incrementAndGet() == 1) {
            throw Status.UNAVAILABLE.asRuntimeException();
          }
          return FakeMilvus.accepted(UpsertRequest.getDefaultInstance());
        };

    assertEquals(
        List.of(new Outcome.Deleted(lease, List.of(0)), mayStillArrive(lease)),
        write(batch(delete(lease, 0, "gone"))));
    assertEquals(
        List.of(new Outcome.Deleted(lease, List.of(1))),
        write(batch(delete(lease, 1, "gone, too"))),
        "what is told once is not told of the next batch");
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN", "ABORTED"})
  void aCallThatEndsWithoutTheServersWordMayStillArrive(Status.Code code) {
    AtomicInteger calls = new AtomicInteger();
    milvus.onUpsert =
        request -> {
          if (calls.incrementAndGet() == 1) {
            throw code.toStatus().asRuntimeException();
          }
          return FakeMilvus.accepted(request);
        };

    assertEquals(
        List.of(new Outcome.Written(lease, List.of(0)), mayStillArrive(lease)),
        write(Updates.upserts(lease, "k", 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {CANCELED, TIMEOUT})
  void whatTheServerHasNotWaitedForMayStillArrive(int code) {
    AtomicInteger calls = new AtomicInteger();
    milvus.onUpsert =
        request ->
            calls.incrementAndGet() == 1
                ? FakeMilvus.failed(code, "context deadline exceeded")
                : FakeMilvus.accepted(request);

    assertEquals(
        List.of(new Outcome.Written(lease, List.of(0)), mayStillArrive(lease)),
        write(Updates.upserts(lease, "k", 1)));
  }

  /** The outcome of no change: what was sent for the claim settles before anything newer. */
  private static Outcome mayStillArrive(Lease lease) {
    return new Outcome.Abandoned(
        lease,
        List.of(),
        FailureCategory.MILVUS_UNAVAILABLE,
        "a request that was not answered may still arrive");
  }

  @Test
  void pausesGrowToTwoSecondsAndEndWithTheLease() {
    milvus.onUpsert = request -> FakeMilvus.failed(RATE_LIMIT, "rate limit exceeded");

    List<Outcome> outcomes = write(Updates.upserts(lease, "k", 1));

    assertEquals(List.of(unavailable("code 8: rate limit exceeded")), outcomes);
    assertTrue(time.pauses.get(0).compareTo(Duration.ofMillis(50)) <= 0);
    assertTrue(time.pauses.stream().allMatch(pause -> pause.compareTo(Duration.ofSeconds(2)) <= 0));
    assertTrue(lease.isOver(time.now()));
    assertTrue(time.now().isBefore(lease.end().plusSeconds(1)), "no pause goes beyond the lease");
  }

  @Test
  void aClockThatIsSetBackDoesNotLengthenTheLease() {
    milvus.onUpsert =
        request -> {
          if (time.pauses.size() == 1) {
            time.step(Duration.ofHours(-2));
          }
          return FakeMilvus.failed(RATE_LIMIT, "rate limit exceeded");
        };
    long start = time.nanos();

    write(Updates.upserts(lease, "k", 1));

    assertTrue(lease.isOver(time));
    assertTrue(time.since(start).compareTo(Duration.ofSeconds(61)) < 0, "" + time.since(start));
  }

  @Test
  void nothingIsSentAfterTheLease() {
    Lease over = new Lease("attempt-0", NOW);

    List<Outcome> outcomes = write(batch(upsert(over, 0, "a", 1, 0, 0, 0), delete(over, 1, "b")));

    assertEquals(
        List.of(
            new Outcome.Abandoned(
                over,
                List.of(0, 1),
                FailureCategory.LEASE_OVER,
                "the lease ended before the request")),
        outcomes);
    assertEquals(List.of(), milvus.order);
  }

  @Test
  void aRequestLastsNoLongerThanTheLeaseOrTenSeconds() {
    Lease shortLease = new Lease("attempt-1", NOW.plusSeconds(3));

    write(Updates.upserts(shortLease, "k", 1));
    write(Updates.upserts(lease, "k", 1));

    assertTrue(milvus.millisLeft.get(0) <= 3_000, "lease of 3 s: " + milvus.millisLeft);
    assertTrue(milvus.millisLeft.get(1) <= 10_000, "lease of 60 s: " + milvus.millisLeft);
    assertTrue(milvus.millisLeft.get(1) > 3_000, "lease of 60 s: " + milvus.millisLeft);
  }

  @Test
  void fewerRowsThanWereSentIsAFailure() {
    AtomicInteger calls = new AtomicInteger();
    milvus.onUpsert =
        request -> {
          MutationResult good = FakeMilvus.accepted(request);
          return switch (calls.incrementAndGet()) {
            case 1 -> good.toBuilder().setUpsertCnt(0).build();
            case 2 -> good.toBuilder().addErrIndex(1).build();
            default -> good;
          };
        };

    assertEquals(
        List.of(new Outcome.Written(lease, List.of(0, 1, 2))),
        write(Updates.upserts(lease, "k", 3)));
    assertEquals(3, calls.get());
  }

  @Test
  void onlyTheRowsAtFaultAreSuspected() {
    milvus.onUpsert = request -> refuse(request, INVALID_PARAMETER, "k3", "k6");

    List<Outcome> outcomes = write(Updates.upserts(lease, "k", 10));

    assertEquals(
        List.of(
            new Outcome.Written(lease, List.of(0, 1, 2, 4, 5, 7, 8, 9)),
            new Outcome.Abandoned(
                lease, List.of(3, 6), FailureCategory.ROW_REFUSED, "code 1100: bad row")),
        outcomes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, UNEXPECTED, INVALID_PARAMETER})
  void aSuspectThatIsRefusedAgainIsBlamed(int code) {
    milvus.onUpsert = request -> refuse(request, code, "k3", "k6");

    List<Outcome> outcomes =
        write(
            batch(
                suspected(upsert(lease, 3, "k3", 1, 2, 3, 4)),
                suspected(upsert(lease, 5, "k5", 1, 2, 3, 4)),
                suspected(upsert(lease, 6, "k6", 1, 2, 3, 4))));

    assertEquals(
        List.of(
            new Outcome.Written(lease, List.of(5)),
            Updates.rejected(
                lease,
                List.of(3, 6),
                SkipReason.REFUSED,
                "code " + code + ": bad row",
                "k3",
                OptionAtFault.COLLECTION)),
        outcomes);
  }

  @Test
  void suspectsAreBlamedAlthoughAllTheRestOfTheirBatchWasWrittenBefore() {
    milvus.onUpsert = request -> refuse(request, UNEXPECTED, "k0", "k1", "k2", "k3", "k4");

    List<Outcome> outcomes =
        write(
            new VectorBatch(
                Updates.upserts(lease, "k", 5).updates().stream()
                    .map(Updates::suspected)
                    .toList()));

    assertEquals(
        List.of(
            Updates.rejected(
                lease,
                List.of(0, 1, 2, 3, 4),
                SkipReason.REFUSED,
                "code 65535: bad row",
                "k0",
                OptionAtFault.COLLECTION)),
        outcomes);
  }

  @Test
  void aRowThatIsAloneIsToldFromTheEnvironmentByAGoodRow() {
    milvus.onUpsert = request -> refuse(request, UNEXPECTED, "k0");

    List<Outcome> outcomes = write(Updates.upserts(lease, "k", 1));

    assertEquals(List.of(suspect(0)), outcomes);
    List<List<String>> keys = milvus.upserts.stream().map(FakeMilvus::keys).toList();
    List<String> row = List.of("k0");
    List<String> good = List.of("freshet-control-ledger-1");
    // Bad, good, bad, good.
    assertEquals(List.of(row, row, row, good, row, row, row, good), keys);
    assertEquals(
        List.of(CONTROL, CONTROL), milvus.deletes.stream().map(DeleteRequest::getExpr).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void aHiccupBlamesNoRowHoweverLongItLasts(int calls) {
    for (int code : List.of(1, UNEXPECTED, INVALID_PARAMETER)) {
      AtomicInteger left = new AtomicInteger(calls);
      milvus.onUpsert =
          request ->
              left.getAndDecrement() > 0
                  ? FakeMilvus.failed(code, "hiccup")
                  : FakeMilvus.accepted(request);

      Outcome outcome = write(Updates.upserts(lease, "k", 1)).get(0);
      while (outcome instanceof Outcome.Abandoned abandoned) {
        assertEquals(FailureCategory.MILVUS_UNAVAILABLE, abandoned.category());
        outcome = write(Updates.upserts(lease, "k", 1)).get(0);
      }

      assertEquals(new Outcome.Written(lease, List.of(0)), outcome);
    }
  }

  @Test
  void commitsOfOneRowAreAllWrittenThroughHiccupsOfAFewTries() {
    int written = 0;
    for (int commit = 0; commit < 11; commit++) {
      Instant end = time.now().plusMillis(150);
      milvus.onUpsert =
          request ->
              time.now().isBefore(end)
                  ? FakeMilvus.failed(UNEXPECTED, "hiccup")
                  : FakeMilvus.accepted(request);
      for (int attempt = 0; attempt < 3 && written <= commit; attempt++) {
        Outcome outcome = write(Updates.upserts(lease, "k" + commit, 1)).get(0);
        assertFalse(outcome instanceof Outcome.Skipped, outcome.toString());
        if (outcome instanceof Outcome.Written) {
          written++;
        }
      }
    }
    assertEquals(11, written);
  }

  @Test
  void aRowThatIsTakenAfterTheGoodOneIsWritten() {
    AtomicInteger left = new AtomicInteger(3);
    milvus.onUpsert =
        request ->
            FakeMilvus.keys(request).contains("k0") && left.getAndDecrement() > 0
                ? FakeMilvus.failed(UNEXPECTED, "hiccup")
                : FakeMilvus.accepted(request);

    assertEquals(
        List.of(new Outcome.Written(lease, List.of(0))), write(Updates.upserts(lease, "k", 1)));
  }

  @Test
  void aRowThatIsRefusedForTwoReasonsInTurnIsNotBlamed() {
    AtomicInteger tries = new AtomicInteger();
    milvus.onUpsert =
        request ->
            FakeMilvus.keys(request).contains("k0")
                ? FakeMilvus.failed(
                    tries.incrementAndGet() == 1 ? INVALID_PARAMETER : UNEXPECTED, "so or so")
                : FakeMilvus.accepted(request);

    assertEquals(
        List.of(
            unavailable(
                "the server refuses a row for two reasons in turn: code 1100: so or so; code 65535: so or so")),
        write(batch(suspected(upsert(lease, 0, "k0", 1, 2, 3, 4)))));
  }

  @Test
  void aRowIsNotSuspectedWhereTheGoodOneFailsTheSecondTime() {
    AtomicInteger good = new AtomicInteger();
    milvus.onUpsert =
        request ->
            FakeMilvus.keys(request).contains("k0") || good.incrementAndGet() > 1
                ? FakeMilvus.failed(UNEXPECTED, "disk full")
                : FakeMilvus.accepted(request);

    assertEquals(
        List.of(unavailable("code 65535: disk full")),
        write(batch(suspected(upsert(lease, 0, "k0", 1, 2, 3, 4)))));
  }

  @Test
  void whatAllRowsOfABatchSufferIsNoFaultOfTheirs() {
    milvus.onUpsert = request -> refuseAllBut("freshet-control-ledger-1", request);

    assertEquals(
        List.of(suspect(0, 1, 2)), write(Updates.upserts(lease, "k", 3)), "as few as that may be");
    for (int rows : List.of(4, 1_000)) {
      List<Outcome> outcomes = write(Updates.upserts(lease, "k", rows));
      assertEquals(1, outcomes.size());
      Outcome.Abandoned abandoned = (Outcome.Abandoned) outcomes.get(0);
      assertEquals(FailureCategory.ALL_REFUSED, abandoned.category());
      assertEquals(rows, abandoned.numbers().size());
    }
  }

  @Test
  void aGoodRowBehindManyBadOnesIsFound() {
    String[] bad = IntStream.range(0, 60).mapToObj(i -> "k" + i).toArray(String[]::new);
    milvus.onUpsert = request -> refuse(request, UNEXPECTED, bad);

    List<Outcome> outcomes = write(Updates.upserts(lease, "k", 64));

    assertEquals(
        List.of(
            new Outcome.Written(lease, List.of(60, 61, 62, 63)),
            suspect(IntStream.range(0, 60).boxed().toArray(Integer[]::new))),
        outcomes);
  }

  @Test
  void deletesAreJudgedByDeletes() {
    milvus.onDelete = request -> FakeMilvus.failed(UNEXPECTED, "cannot delete now");

    assertEquals(
        List.of(
            new Outcome.Written(lease, List.of(0)),
            new Outcome.Abandoned(
                lease,
                List.of(1),
                FailureCategory.MILVUS_UNAVAILABLE,
                "code 65535: cannot delete now")),
        write(batch(upsert(lease, 0, "a", 1, 2, 3, 4), suspected(delete(lease, 1, "gone")))));
  }

  @Test
  void deletesThatFailForEightSecondsAreAllDoneAndLeaveNothing() {
    Instant end = time.now().plusSeconds(8);
    milvus.onDelete =
        request ->
            time.now().isBefore(end)
                ? FakeMilvus.failed(UNEXPECTED, "cannot delete now")
                : FakeMilvus.deleted();

    List<Outcome> outcomes = List.of();
    for (int attempt = 0; attempt < 40 && time.now().isBefore(end); attempt++) {
      outcomes = write(batch(suspected(delete(lease, 0, "a")), suspected(delete(lease, 1, "b"))));
      assertFalse(outcomes.get(0) instanceof Outcome.Skipped, outcomes.toString());
      assertTrue(attempt > 0 || controlRowIsThere(), "else there is nothing to clean up");
      time.sleep(Duration.ofMillis(500));
    }
    outcomes = write(batch(delete(lease, 0, "a"), delete(lease, 1, "b")));

    assertEquals(List.of(new Outcome.Deleted(lease, List.of(0, 1))), outcomes);
    LoadWatch.of(milvus.target()).removeControlRow();
    assertFalse(controlRowIsThere());
  }

  @Test
  void aDeleteThatIsRefusedAloneIsBlamedInTheEnd() {
    milvus.onDelete =
        request ->
            request.getExpr().contains("odd")
                ? FakeMilvus.failed(UNEXPECTED, "bad expression")
                : FakeMilvus.deleted();

    assertEquals(
        List.of(
            new Outcome.Deleted(lease, List.of(0)),
            new Outcome.Abandoned(
                lease, List.of(1), FailureCategory.ROW_REFUSED, "code 65535: bad expression")),
        write(batch(delete(lease, 0, "a"), delete(lease, 1, "odd"))));
    assertEquals(
        List.of(
            Updates.rejected(
                lease,
                List.of(1),
                SkipReason.REFUSED,
                "code 65535: bad expression",
                "odd",
                OptionAtFault.COLLECTION)),
        write(batch(suspected(delete(lease, 1, "odd")))));
    assertFalse(controlRowIsThere());
  }

  @Test
  void questionsAreJudgedByQuestions() {
    milvus.onQuery =
        request ->
            QueryResults.newBuilder()
                .setStatus(FakeMilvus.failed(UNEXPECTED, "cannot read now").getStatus())
                .build();

    assertEquals(
        List.of(unavailable("code 65535: cannot read now")),
        write(batch(suspected(Updates.deleteOfCut(lease, 0, "a")))));
    assertFalse(controlRowIsThere());
  }

  @Test
  void aKeyThatCannotBeAskedForIsBlamedInTheEnd() {
    milvus.onQuery =
        request ->
            request.getExpr().contains("odd")
                ? QueryResults.newBuilder()
                    .setStatus(FakeMilvus.failed(UNEXPECTED, "bad expression").getStatus())
                    .build()
                : FakeMilvus.rows();

    assertEquals(
        List.of(
            new Outcome.Abandoned(
                lease, List.of(1), FailureCategory.ROW_REFUSED, "code 65535: bad expression"),
            new Outcome.Deleted(lease, List.of(0))),
        write(batch(Updates.deleteOfCut(lease, 0, "a"), Updates.deleteOfCut(lease, 1, "odd"))));
    assertEquals(
        List.of(
            Updates.rejected(
                lease,
                List.of(1),
                SkipReason.REFUSED,
                "code 65535: bad expression",
                "odd",
                OptionAtFault.COLLECTION)),
        write(batch(suspected(Updates.deleteOfCut(lease, 1, "odd")))));
  }

  @Test
  void whatAKilledProcessLeftOfAControlIsDeletedByTheNext() throws MilvusException {
    // It was killed after its upsert.
    milvus.onUpsert = request -> refuse(request, UNEXPECTED, "k0");
    milvus.onDelete = request -> FakeMilvus.failed(UNEXPECTED, "killed");
    write(Updates.upserts(lease, "k", 1));
    milvus.onDelete = request -> FakeMilvus.deleted();
    assertTrue(controlRowIsThere());

    ControlRow next = new ControlRow(milvus.target());
    next.removeIfLeft();

    assertFalse(controlRowIsThere());
    int deletes = milvus.deletes.size();
    next.removeIfLeft();
    assertEquals(deletes, milvus.deletes.size(), "once is enough");
  }

  @Test
  void aControlThatArrivesAfterADeleteOfAnotherThreadIsDeletedLater() throws MilvusException {
    MilvusTarget target = milvus.target().withCollectionId(7);
    ControlRow row = new ControlRow(target);
    milvus.onUpsert =
        request -> {
          try {
            row.removeIfLeft(); // As the watch does it meanwhile.
          } catch (MilvusException e) {
            throw new IllegalStateException(e);
          }
          milvus.onDelete = any -> FakeMilvus.failed(65535, "busy");
          return FakeMilvus.accepted(request);
        };
    Lease lease = Lease.begin("attempt", Duration.ofSeconds(1), Time.SYSTEM);
    assertTrue(
        row.fault(new Sender(Time.SYSTEM, Backoff.STANDARD, () -> {}), lease, Operation.Kind.UPSERT)
            .isPresent());
    assertFalse(milvus.kept.isEmpty());

    milvus.onDelete = any -> FakeMilvus.deleted();
    row.removeIfLeft();

    assertEquals(Set.of(), milvus.kept);
  }

  @Test
  void aControlThatArrivesAfterItsRepetitionIsDeletedLater() throws Exception {
    List<UpsertRequest> late = new ArrayList<>();
    milvus.onUpsert =
        request -> {
          if (FakeMilvus.keys(request).equals(List.of("k0"))) {
            return FakeMilvus.failed(UNEXPECTED, "bad row");
          }
          if (late.isEmpty()) {
            late.add(request);
            throw Status.UNAVAILABLE.asRuntimeException();
          }
          return FakeMilvus.accepted(request);
        };
    ControlRow row = new ControlRow(milvus.target(), nanos::get);
    write(row, Updates.upserts(lease, "k", 1));
    milvus.kept.addAll(FakeMilvus.keys(late.get(0)));

    row.removeIfLeft();
    nanos.addAndGet(Sender.LONGEST_TRY.toNanos());
    row.removeIfLeft();

    assertFalse(controlRowIsThere());
  }

  @Test
  void aControlThatArrivesWhenAFrozenServerGoesOnIsDeletedLater() throws Exception {
    milvus.onUpsert =
        request -> {
          throw Status.DEADLINE_EXCEEDED.asRuntimeException();
        };
    milvus.onDelete =
        request -> {
          throw Status.DEADLINE_EXCEEDED.asRuntimeException();
        };
    ControlRow row = new ControlRow(milvus.target(), nanos::get);
    Optional<Sent.Abandoned> fault =
        row.fault(
            new Sender(time, Backoff.STANDARD, recoveries::incrementAndGet),
            lease,
            Operation.Kind.UPSERT);
    assertTrue(fault.isPresent());
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());

    milvus.onDelete =
        request -> {
          // It goes on with what it was given while it stood still, in any order.
          milvus.onDelete = later -> FakeMilvus.deleted();
          return FakeMilvus.deleted();
        };
    row.removeIfLeft();
    milvus.kept.add(row.key());
    for (int look = 0; look < 3; look++) {
      nanos.addAndGet(Duration.ofSeconds(5).toNanos());
      row.removeIfLeft();
    }

    assertFalse(controlRowIsThere());
    int deletes = milvus.deletes.size();
    row.removeIfLeft();
    assertEquals(deletes, milvus.deletes.size(), "once more is enough");
  }

  @Test
  void theFirstThingThatAStartDoesIsToDeleteAControlThatWasLeft() {
    new CollectionSetup(milvus.target()).keepLoaded();

    assertEquals(List.of(CONTROL), milvus.deletes.stream().map(DeleteRequest::getExpr).toList());
  }

  @Test
  void aStartTriesMoreThanOnceToDeleteAControlThatWasLeft() {
    String control = "freshet-control-ledger-1";
    milvus.kept.add(control);
    AtomicInteger calls = new AtomicInteger();
    milvus.onDelete =
        request ->
            calls.incrementAndGet() == 1
                ? FakeMilvus.failed(UNEXPECTED, "cannot delete now")
                : FakeMilvus.deleted();

    // Where there is one writer, nobody does it later.
    new CollectionSetup(milvus.target()).keepLoaded();

    assertFalse(controlRowIsThere());
  }

  @Test
  void aWatchGoesOnWhateverIsThrown() {
    MilvusTarget broken = MilvusTarget.of("http://broken:1", "vectors", 4, "ledger-1");
    MilvusClient.reach(broken.endpoint(), new BrokenChannel());

    LoadWatch.of(broken).removeControlRow();
  }

  /** Throws what no server makes a client throw. */
  private static final class BrokenChannel extends ManagedChannel {
    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      throw new NoClassDefFoundError("half of the jar");
    }

    @Override
    public String authority() {
      return "broken";
    }

    @Override
    public ManagedChannel shutdown() {
      return this;
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public ManagedChannel shutdownNow() {
      return this;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  @Test
  void aRowWhoseKeysHaveNoRoomForAControlIsNeverBlamed() {
    milvus.onUpsert = request -> refuse(request, UNEXPECTED, "k0");
    MilvusTarget narrow = milvus.target().withKeyField("user_id", 20);
    milvus.onDescribe = () -> FakeMilvus.described(narrow);

    Outcome.Abandoned abandoned =
        (Outcome.Abandoned)
            writer(narrow).write(batch(suspected(upsert(lease, 0, "k0", 1, 2, 3, 4)))).get(0);

    assertEquals(FailureCategory.MILVUS_UNAVAILABLE, abandoned.category());
  }

  @Test
  void noRowIsBlamedWhereAGoodRowIsRefusedToo() {
    milvus.onUpsert = request -> FakeMilvus.failed(UNEXPECTED, "disk full");

    assertEquals(
        List.of(
            new Outcome.Abandoned(
                lease,
                List.of(0, 1, 2),
                FailureCategory.MILVUS_UNAVAILABLE,
                "code 65535: disk full")),
        write(Updates.upserts(lease, "k", 3)));
  }

  @Test
  void noRowIsBlamedWhereTheCollectionHasChanged() {
    MilvusTarget wider = MilvusTarget.of(milvus.target().uri(), "vectors", 8, "ledger-1");
    milvus.onDescribe = () -> FakeMilvus.described(wider);
    milvus.onUpsert = request -> FakeMilvus.failed(INVALID_PARAMETER, "wrong dimension");

    List<Outcome> outcomes = write(Updates.upserts(lease, "k", 2));

    Outcome.Abandoned abandoned = (Outcome.Abandoned) outcomes.get(0);
    assertEquals(FailureCategory.COLLECTION_MISMATCH, abandoned.category());
    assertEquals(List.of(0, 1), abandoned.numbers());
    assertTrue(
        abandoned.detail().contains("there: vector FloatVector(8), wanted: vector FloatVector(4)"),
        abandoned.detail());
  }

  @Test
  void whatWentIntoAnotherCollectionOfTheNameIsGivenBack() {
    milvus.onDescribe = () -> FakeMilvus.described(milvus.target(), 2);
    milvus.onList = () -> milvus.listed(2);
    VectorBatch batch =
        batch(
            upsert(lease, 0, "a", 1, 2, 3, 4),
            delete(lease, 1, "b"),
            Updates.deleteOfCut(lease, 2, "c"));

    assertEquals(2, writer(milvus.target().withCollectionId(2)).write(batch).size());
    List<Outcome> outcomes = writer(milvus.target().withCollectionId(1)).write(batch);

    Outcome.Abandoned abandoned = (Outcome.Abandoned) outcomes.get(0);
    assertEquals(1, outcomes.size(), outcomes.toString());
    assertEquals(FailureCategory.COLLECTION_MISMATCH, abandoned.category());
    assertEquals(List.of(0, 1, 2), abandoned.numbers());
    assertTrue(abandoned.detail().contains("is another one"), abandoned.detail());
  }

  @Test
  void whereCollectionsHaveNoIdsTheLedgersMarkCounts() {
    MilvusTarget other = MilvusTarget.of(milvus.target().uri(), "vectors", 4, "ledger-2");
    milvus.onDescribe = () -> FakeMilvus.described(other);

    Outcome.Abandoned abandoned = (Outcome.Abandoned) write(Updates.upserts(lease, "k", 2)).get(0);

    assertEquals(FailureCategory.COLLECTION_MISMATCH, abandoned.category());
    assertEquals(List.of(0, 1), abandoned.numbers());
  }

  @Test
  void aCollectionThatGoesAwayBehindTheLastAnswerIsLost() {
    milvus.lose();
    milvus.onUpsert = FakeMilvus::accepted;

    assertEquals(lost(), write(Updates.upserts(lease, "k", 1)));
  }

  @Test
  void aCollectionIsLostWhenEveryAnswerSaysSoForTenSeconds() {
    milvus.lose();

    assertEquals(lost(), write(Updates.upserts(lease, "k", 1)));
    assertEquals(1, milvus.upserts.size(), "nothing more is sent");
    Duration waited = Duration.between(NOW, time.now());
    assertTrue(waited.compareTo(LossConfirmation.SPAN) >= 0, waited.toString());
  }

  @Test
  void oneWrongAnswerOfAnyKindLosesNoCollection() {
    List<Supplier<DescribeCollectionResponse>> wrong =
        List.of(
            FakeMilvus::notDescribed,
            () -> FakeMilvus.described(wider()),
            () -> FakeMilvus.described(ofAnotherLedger()));
    for (Supplier<DescribeCollectionResponse> answer : wrong) {
      AtomicInteger asked = new AtomicInteger();
      milvus.onDescribe =
          () -> asked.incrementAndGet() == 1 ? answer.get() : FakeMilvus.described(milvus.target());
      assertEquals(
          FailureCategory.MILVUS_UNAVAILABLE, onlyAbandoned(write(Updates.upserts(lease, "k", 1))));
    }
    milvus.onUpsert = request -> FakeMilvus.notFound();
    assertEquals(
        FailureCategory.MILVUS_UNAVAILABLE, onlyAbandoned(write(Updates.upserts(lease, "k", 1))));
    milvus.onDelete = request -> FakeMilvus.notFound();
    assertEquals(
        FailureCategory.MILVUS_UNAVAILABLE, onlyAbandoned(write(batch(delete(lease, 0, "k")))));
  }

  @Test
  void answersThatAreWrongForASecondLoseNoCollection() {
    milvus.lose();
    Instant right = NOW.plusSeconds(1);
    milvus.onHas = () -> BoolResponse.newBuilder().setValue(!time.now().isBefore(right)).build();

    assertEquals(
        FailureCategory.MILVUS_UNAVAILABLE, onlyAbandoned(write(Updates.upserts(lease, "k", 1))));
  }

  @Test
  void noKindOfAnswerIsWrongAloneForGood() {
    List<Runnable> right =
        List.of(
            () -> milvus.onHas = () -> BoolResponse.newBuilder().setValue(true).build(),
            () -> milvus.onDescribe = () -> FakeMilvus.described(milvus.target()),
            () -> milvus.onList = () -> milvus.listed(0),
            () -> milvus.onQuery = request -> FakeMilvus.rows());
    for (Runnable answer : right) {
      milvus.lose();
      answer.run();
      for (int attempt = 0; attempt < 3; attempt++) {
        Lease next = new Lease("attempt-1", time.now().plusSeconds(60));
        assertEquals(
            FailureCategory.MILVUS_UNAVAILABLE,
            onlyAbandoned(write(Updates.upserts(next, "k", 1))));
      }
    }
  }

  @Test
  void shortLeasesAddUpToALoss() {
    milvus.lose();
    FailureCategory last = FailureCategory.LEASE_OVER;
    int attempts = 0;
    while (last != FailureCategory.COLLECTION_LOST && attempts < 10) {
      Lease shortLease = new Lease("attempt-1", time.now().plusSeconds(3));
      last = onlyAbandoned(write(Updates.upserts(shortLease, "k", 1)));
      attempts++;
    }

    assertEquals(FailureCategory.COLLECTION_LOST, last);
    assertTrue(attempts > 2, () -> "after one lease of 3 s");
  }

  @Test
  void aWriteThatIsAcknowledgedTakesAwayWhatWasHeardBefore() {
    milvus.lose();
    Lease shortLease = new Lease("attempt-1", time.now().plusSeconds(9));
    assertEquals(
        FailureCategory.MILVUS_UNAVAILABLE,
        onlyAbandoned(write(Updates.upserts(shortLease, "k", 1))));
    milvus.onUpsert = FakeMilvus::accepted;
    milvus.onDescribe = () -> FakeMilvus.described(milvus.target());
    Lease next = new Lease("attempt-1", time.now().plusSeconds(3));
    assertEquals(
        List.of(new Outcome.Written(next, List.of(0))), write(Updates.upserts(next, "k", 1)));

    milvus.lose();
    Lease again = new Lease("attempt-1", time.now().plusSeconds(3));
    assertEquals(
        FailureCategory.MILVUS_UNAVAILABLE, onlyAbandoned(write(Updates.upserts(again, "k", 1))));
  }

  private List<Outcome> lost() {
    return List.of(
        new Outcome.Abandoned(
            lease, List.of(0), FailureCategory.COLLECTION_LOST, "code 100: collection not found"));
  }

  private static FailureCategory onlyAbandoned(List<Outcome> outcomes) {
    assertEquals(1, outcomes.size(), outcomes.toString());
    return ((Outcome.Abandoned) outcomes.get(0)).category();
  }

  private MilvusTarget wider() {
    return MilvusTarget.of(milvus.target().uri(), "vectors", 8, "ledger-1");
  }

  private MilvusTarget ofAnotherLedger() {
    return MilvusTarget.of(milvus.target().uri(), "vectors", Updates.DIMENSION, "ledger-2");
  }

  @Test
  void refusedCredentialsAreAbandonedAtOnce() {
    milvus.onUpsert =
        request -> {
          throw Status.UNAUTHENTICATED.withDescription("auth check failure").asRuntimeException();
        };

    assertEquals(
        List.of(
            new Outcome.Abandoned(
                lease,
                List.of(0),
                FailureCategory.MILVUS_DENIED,
                "UNAUTHENTICATED: auth check failure")),
        write(Updates.upserts(lease, "k", 1)));
    assertEquals(1, milvus.upserts.size());
  }

  @Test
  void ofSeveralUpdatesOfAKeyTheLastCounts() {
    List<Outcome> outcomes =
        write(
            batch(
                upsert(lease, 0, "a", 1, 0, 0, 0),
                upsert(lease, 1, "a", 2, 0, 0, 0),
                upsert(lease, 2, "b", 1, 0, 0, 0),
                delete(lease, 3, "b")));

    assertEquals(
        List.of(
            new Outcome.Skipped(
                lease,
                List.of(0, 2),
                SkipReason.SUPERSEDED,
                "a later update of the key is in the same batch"),
            new Outcome.Written(lease, List.of(1)),
            new Outcome.Deleted(lease, List.of(3))),
        outcomes);
    assertEquals(List.of("a"), FakeMilvus.keys(milvus.upserts.get(0)));
  }

  @Test
  void whatCannotBeStoredIsSkipped() {
    List<Outcome> outcomes =
        write(
            batch(
                upsert(lease, 0, "nan", Float.NaN, 0, 0, 0),
                upsert(lease, 1, "short", 1, 2),
                upsert(lease, 2, "ü".repeat(129), 1, 2, 3, 4),
                upsert(lease, 3, "ü".repeat(128), 1, 2, 3, 4)));

    assertEquals(
        List.of(
            Updates.rejected(
                lease,
                List.of(2),
                SkipReason.KEY_TOO_LONG,
                "the key has 258 bytes, at most 256 fit",
                "ü".repeat(100) + "..",
                OptionAtFault.KEY_COLUMN),
            Updates.rejected(
                lease,
                List.of(0),
                SkipReason.BAD_VECTOR,
                "the vector holds NaN",
                "nan",
                OptionAtFault.MODEL),
            Updates.rejected(
                lease,
                List.of(1),
                SkipReason.BAD_VECTOR,
                "the vector has 2 floats, wanted 4",
                "short",
                OptionAtFault.DIMENSION),
            new Outcome.Written(lease, List.of(3))),
        outcomes);
  }

  @Test
  void requestsStayWithinTheirLimits() {
    BatchWriter writer = writer(new RequestLimits(4, 1 << 20), new RequestLimits(100, 20));

    writer.write(Updates.upserts(lease, "k", 10));
    writer.write(
        batch(delete(lease, 0, "aaaa"), delete(lease, 1, "bbbb"), delete(lease, 2, "cccc")));

    assertEquals(List.of(4, 4, 2), milvus.upserts.stream().map(UpsertRequest::getNumRows).toList());
    assertEquals(
        List.of("user_id in [\"aaaa\",\"bbbb\"]", "user_id in [\"cccc\"]"),
        milvus.deletes.stream().map(DeleteRequest::getExpr).toList());
  }

  @Test
  void whatIsAcknowledgedIsMeasured() {
    write(Updates.upserts(lease, "k", 5));

    assertEquals(1, RecordedMetrics.of(PipelineMetrics.INSERT_LATENCY).size());
    RecordedMetrics.Event commit = RecordedMetrics.of(PipelineMetrics.COMMIT_LATENCY).get(0);
    assertEquals(3.0, commit.value());
    assertEquals(5, commit.times());
    assertEquals(5.0, RecordedMetrics.of(PipelineMetrics.DATA_LATENCY).get(0).value());
    assertEquals(
        (double) NOW.getEpochSecond(),
        RecordedMetrics.of(PipelineMetrics.LAST_SUCCESSFUL_BATCH).get(0).value());
    assertEquals(List.of(), RecordedMetrics.of(PipelineMetrics.RECORDS_PROCESSED));
  }

  @Test
  void whatIsNoFollowedCommitGivesNoLatency() {
    write(
        batch(
            Updates.committedAt(Change.NO_COMMIT, upsert(lease, 0, "mended", 1, 2, 3, 4)),
            upsert(lease, 1, "followed", 1, 2, 3, 4)));

    RecordedMetrics.Event commit = RecordedMetrics.of(PipelineMetrics.COMMIT_LATENCY).get(0);
    assertEquals(1, commit.times());
    assertEquals(3.0, commit.value());
    assertEquals(1, RecordedMetrics.of(PipelineMetrics.COMMIT_LATENCY).size());
    RecordedMetrics.clear();

    write(batch(Updates.committedAt(Change.NO_COMMIT, upsert(lease, 0, "mended", 1, 2, 3, 4))));

    assertEquals(List.of(), RecordedMetrics.of(PipelineMetrics.COMMIT_LATENCY));
    assertEquals(List.of(), RecordedMetrics.of(PipelineMetrics.DATA_LATENCY));
  }

  @Test
  void latencyOfACommitInTheFutureIsZeroAndOfOneLongAgoNoFailure() {
    write(
        batch(
            Updates.committedAt(
                NOW.plus(Duration.ofDays(365)), upsert(lease, 0, "ahead", 1, 2, 3, 4))));
    assertEquals(0.0, RecordedMetrics.of(PipelineMetrics.COMMIT_LATENCY).get(0).value());
    RecordedMetrics.clear();

    Instant longAgo = Instant.parse("0001-01-01T00:00:00Z");
    write(batch(Updates.committedAt(longAgo, upsert(lease, 0, "old", 1, 2, 3, 4))));
    assertEquals(
        (double) Duration.between(longAgo, NOW).toSeconds(),
        RecordedMetrics.of(PipelineMetrics.COMMIT_LATENCY).get(0).value());
  }

  @Test
  void rowThatADeleteHasLeftSaysNothingOfHowNewEventsAre() {
    milvus.onQuery = request -> FakeMilvus.rows();

    write(batch(Updates.left(lease, 0, "a", 1)));

    assertEquals(1, RecordedMetrics.of(PipelineMetrics.COMMIT_LATENCY).size());
    assertEquals(List.of(), RecordedMetrics.of(PipelineMetrics.DATA_LATENCY));
  }

  private Outcome suspect(Integer... numbers) {
    return new Outcome.Abandoned(
        lease, List.of(numbers), FailureCategory.ROW_REFUSED, "code 65535: bad row");
  }

  private Outcome unavailable(String detail) {
    return new Outcome.Abandoned(lease, List.of(0), FailureCategory.MILVUS_UNAVAILABLE, detail);
  }

  /** By the order of the requests about it that were not refused. */
  private boolean controlRowIsThere() {
    return milvus.kept.contains("freshet-control-ledger-1");
  }

  private static MutationResult refuseAllBut(String key, UpsertRequest request) {
    return FakeMilvus.keys(request).equals(List.of(key))
        ? FakeMilvus.accepted(request)
        : FakeMilvus.failed(UNEXPECTED, "bad row");
  }

  private static MutationResult refuse(UpsertRequest request, int code, String... badKeys) {
    return List.of(badKeys).stream().anyMatch(FakeMilvus.keys(request)::contains)
        ? FakeMilvus.failed(code, "bad row")
        : FakeMilvus.accepted(request);
  }

  private List<Outcome> write(VectorBatch batch) {
    return writer(RequestLimits.UPSERT, RequestLimits.KEYS).write(batch);
  }

  private void write(ControlRow row, VectorBatch batch) {
    Sender sender = new Sender(time, Backoff.STANDARD, recoveries::incrementAndGet);
    List<Outcome> unused =
        new BatchWriter(
                milvus.target(), sender, heard, row, time, RequestLimits.UPSERT, RequestLimits.KEYS)
            .write(batch);
  }

  private BatchWriter writer(RequestLimits upserts, RequestLimits deletes) {
    return writer(milvus.target(), upserts, deletes);
  }

  private BatchWriter writer(MilvusTarget target) {
    return writer(target, RequestLimits.UPSERT, RequestLimits.KEYS);
  }

  private BatchWriter writer(MilvusTarget target, RequestLimits upserts, RequestLimits deletes) {
    Sender sender = new Sender(time, Backoff.STANDARD, recoveries::incrementAndGet);
    return new BatchWriter(target, sender, heard, time, upserts, deletes);
  }
}
