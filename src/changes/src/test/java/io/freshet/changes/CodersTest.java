package io.freshet.changes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodersTest {
  private static final Schema SCHEMA =
      Schema.builder().addNullableStringField("user_id").addNullableInt64Field("amount").build();
  private static final Lease LEASE =
      new Lease(
          "0000000007.r000.00001-ab.a001", Instant.parse("2026-01-02T03:04:05.678901Z"), 30_000);

  @ParameterizedTest
  @MethodSource("changes")
  void aChangeComesBackAsItWas(Change change) throws Exception {
    assertEquals(change, roundTrip(ChangeCoder.of(SCHEMA), change));
  }

  static List<Change> changes() {
    Row row = Row.withSchema(SCHEMA).addValues("u1", 5L).build();
    Row nulls = Row.withSchema(SCHEMA).addValues(null, null).build();
    Instant then = Instant.parse("1969-12-31T23:59:59.999999Z");
    return List.of(
        new Change(
            LEASE,
            0,
            Position.startOf(0),
            ChangeType.INSERT,
            then,
            Optional.of(then),
            Optional.of("u1"),
            row),
        new Change(
            LEASE,
            70_000,
            new Position(1L << 40, 3, 9),
            ChangeType.DELETE,
            then,
            Optional.empty(),
            Optional.empty(),
            nulls),
        new Change(
            LEASE,
            1,
            Position.startOf(2),
            ChangeType.INSERT,
            then,
            Optional.empty(),
            Optional.of("a\u0000\n\"𝄞"),
            row),
        new Change(
            LEASE,
            2,
            new Position(2, 1, 0),
            ChangeType.UPDATE_POSTIMAGE,
            then,
            Optional.empty(),
            Optional.of("u1"),
            row,
            true,
            List.of(nulls, row)),
        new Change(
            LEASE,
            3,
            Position.startOf(3),
            ChangeType.DELETE,
            then,
            Optional.empty(),
            Optional.of("u1"),
            row,
            false,
            List.of(),
            true),
        new Change(
            LEASE,
            4,
            Position.startOf(3),
            ChangeType.DELETE,
            then,
            Optional.empty(),
            Optional.of("u1"),
            row,
            true,
            List.of(),
            true),
        new Change(
                LEASE,
                5,
                Position.startOf(3),
                ChangeType.INSERT,
                then,
                Optional.empty(),
                Optional.of(""),
                row)
            .withKeyFault(SkipReason.EMPTY_KEY));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void anOutcomeComesBackAsItWas(Outcome outcome) throws Exception {
    assertEquals(outcome, roundTrip(OutcomeCoder.of(), outcome));
  }

  static List<Outcome> outcomes() {
    return List.of(
        new Outcome.Written(LEASE, List.of(0, 1, 2, 900)),
        new Outcome.Deleted(LEASE, List.of(5, 3)),
        new Outcome.Skipped(LEASE, List.of(8), SkipReason.KEY_TOO_LONG, "257 bytes"),
        new Outcome.Skipped(
            LEASE,
            List.of(8, 9),
            SkipReason.BAD_VECTOR,
            "null",
            Optional.of(new Reject(8, "'ü'", OptionAtFault.VECTOR_COLUMN))),
        new Outcome.Abandoned(LEASE, List.of(), FailureCategory.LEASE_OVER, ""));
  }

  @Test
  void aBatchKeepsItsVectors() throws Exception {
    float[] vector = {1.5f, -0.0f, Float.MIN_VALUE};
    VectorBatch batch =
        new VectorBatch(
            List.of(
                new VectorUpdate(
                    changes().get(0), Long.MIN_VALUE, vector, new long[] {Long.MAX_VALUE, 0}),
                new VectorUpdate(changes().get(1), 1, new float[0])),
            outcomes());

    VectorBatch back = roundTrip(VectorBatchCoder.of(SCHEMA), batch);

    assertEquals(2, back.updates().size());
    assertEquals(outcomes(), back.outcomes());
    assertEquals(Long.MIN_VALUE, back.updates().get(0).rowHash());
    assertArrayEquals(vector, back.updates().get(0).vector());
    assertArrayEquals(new long[] {Long.MAX_VALUE, 0}, back.updates().get(0).goneHashes());
    assertEquals(0, back.updates().get(1).goneHashes().length);
    assertEquals(changes().get(1), back.updates().get(1).change());
  }

  private static <T> T roundTrip(Coder<T> coder, T value) throws Exception {
    return CoderUtils.decodeFromByteArray(coder, CoderUtils.encodeToByteArray(coder, value));
  }
}
