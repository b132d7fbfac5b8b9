package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.milvus.grpc.ErrorCode;
import io.milvus.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("deprecation") // Servers still fill error_code.
final class StatusCodesTest {
  @ParameterizedTest(name = "code {0}, error_code {1}: {2}")
  @CsvSource({
    // Milvus 2.3 and later.
    "1, 56, TRANSIENT", // not ready
    "3, 52, TRANSIENT", // memory
    "8, 49, TRANSIENT", // rate limit
    "9, 48, TRANSIENT", // quota: deny to write
    "100, 4, LOST",
    "101, 1, TRANSIENT", // not loaded
    "1100, 5, DATA",
    "1303, 1, TRANSIENT",
    "1400, 1, DENIED",
    "1401, 1, DENIED",
    "65535, 1, UNCLEAR",
    // Milvus 2.2: no code.
    "0, 48, TRANSIENT",
    "0, 49, TRANSIENT",
    "0, 4, LOST",
    "0, 5, DATA",
    "0, 3, DENIED",
    "0, 1, UNCLEAR",
    // Milvus Lite.
    "1, 0, UNCLEAR", // any exception
    "1, 1, UNCLEAR",
    "6, 6, DATA", // its illegal argument
    "100, 4, LOST",
    "101, 101, TRANSIENT",
  })
  void aCodeTellsWhatKindOfFailureItIs(int code, int errorCode, FailureKind kind) {
    Status status = Status.newBuilder().setCode(code).setErrorCodeValue(errorCode).build();
    assertFalse(StatusCodes.isSuccess(status));
    assertEquals(kind, StatusCodes.kind(status));
  }

  @Test
  void anUnknownCodeIsTransientIfTheServerSaysSo() {
    assertEquals(
        FailureKind.TRANSIENT,
        StatusCodes.kind(Status.newBuilder().setCode(4711).setRetriable(true).build()));
    assertEquals(FailureKind.UNCLEAR, StatusCodes.kind(Status.newBuilder().setCode(4711).build()));
  }

  @Test
  void successIsBothCodesZero() {
    assertTrue(StatusCodes.isSuccess(Status.getDefaultInstance()));
    assertFalse(
        StatusCodes.isSuccess(Status.newBuilder().setErrorCode(ErrorCode.UnexpectedError).build()));
  }

  @ParameterizedTest
  @EnumSource(
      value = io.milvus.shaded.io.grpc.Status.Code.class,
      names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED"})
  void aServerThatIsAwayOrBusyIsTransient(io.milvus.shaded.io.grpc.Status.Code code) {
    assertEquals(FailureKind.TRANSIENT, StatusCodes.kind(code));
  }

  @ParameterizedTest
  @EnumSource(
      value = io.milvus.shaded.io.grpc.Status.Code.class,
      names = {"UNAUTHENTICATED", "PERMISSION_DENIED"})
  void aRefusedCallerIsDenied(io.milvus.shaded.io.grpc.Status.Code code) {
    assertEquals(FailureKind.DENIED, StatusCodes.kind(code));
  }
}
