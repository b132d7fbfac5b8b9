package io.freshet.milvus;

import io.milvus.grpc.ErrorCode;
import io.milvus.grpc.Status;

/**
 * Reads the codes of Milvus; its texts say nothing reliable.
 *
 * <p>A {@link Status} has two codes: since 2.3 {@code code}, numbered as in {@code
 * pkg/util/merr/errors.go} of Milvus; before that only {@code error_code}, an enum of the protocol
 * that is deprecated and still filled. Milvus Lite fills both from a third list: its illegal
 * argument is 6 in both, and 1 is any unexpected exception, where Milvus means "not ready".
 */
@SuppressWarnings("deprecation") // See above: error_code is needed to tell Lite from Milvus.
final class StatusCodes {
  private static final int INDEX_NOT_FOUND = 700;
  private static final int LITE_ILLEGAL_ARGUMENT = 6;
  private static final int CANCELED = 10000;
  private static final int TIMEOUT = 10001;

  private StatusCodes() {}

  static boolean isSuccess(Status status) {
    return status.getCode() == 0 && status.getErrorCode() == ErrorCode.Success;
  }

  static boolean isIndexNotFound(Status status) {
    return status.getCode() == INDEX_NOT_FOUND || status.getErrorCode() == ErrorCode.IndexNotExist;
  }

  /** The code to show. */
  static int code(Status status) {
    return status.getCode() == 0 ? status.getErrorCodeValue() : status.getCode();
  }

  /** What a failed request's status means. */
  static FailureKind kind(Status status) {
    return status.getCode() == 0 ? ofLegacy(status.getErrorCode()) : ofCode(status);
  }

  /** What the end of a failed call means. */
  static FailureKind kind(io.milvus.shaded.io.grpc.Status.Code code) {
    return switch (code) {
      case UNAUTHENTICATED, PERMISSION_DENIED -> FailureKind.DENIED;
      case INVALID_ARGUMENT, OUT_OF_RANGE -> FailureKind.DATA;
      case UNKNOWN, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, DATA_LOSS ->
          FailureKind.UNCLEAR;
      // UNIMPLEMENTED is what a proxy answers when Milvus is not behind it.
      case OK,
          CANCELLED,
          UNAVAILABLE,
          DEADLINE_EXCEEDED,
          RESOURCE_EXHAUSTED,
          ABORTED,
          INTERNAL,
          UNIMPLEMENTED ->
          FailureKind.TRANSIENT;
    };
  }

  /** Whether a request may still be carried out: the server has only given up waiting for it. */
  static boolean isOpen(Status status) {
    return status.getCode() == CANCELED || status.getCode() == TIMEOUT;
  }

  /**
   * Whether a request may still be carried out. These codes are not the server's own, or not
   * certainly: a client makes them up when a stream is reset, a proxy when it has lost the server.
   */
  static boolean isOpen(io.milvus.shaded.io.grpc.Status.Code code) {
    return switch (code) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED, INTERNAL, UNKNOWN, DATA_LOSS -> true;
      case OK,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          INVALID_ARGUMENT,
          OUT_OF_RANGE,
          NOT_FOUND,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          RESOURCE_EXHAUSTED,
          UNIMPLEMENTED ->
          false;
    };
  }

  private static FailureKind ofCode(Status status) {
    int code = status.getCode();
    if (code == 1) {
      return status.getErrorCode() == ErrorCode.NotReadyServe || status.getRetriable()
          ? FailureKind.TRANSIENT
          : FailureKind.UNCLEAR;
    }
    if (code == LITE_ILLEGAL_ARGUMENT && status.getErrorCodeValue() == LITE_ILLEGAL_ARGUMENT) {
      return FailureKind.DATA;
    }
    return switch (code) {
      // Service, quota ("deny to write" is 9) and rate limits.
      case 2, 3, 4, 5, 6, 7, 8, 9, 11, 12 -> FailureKind.TRANSIENT;
      case 100 -> FailureKind.LOST;
      case 101, 103, 106 -> FailureKind.TRANSIENT;
      // An illegal schema, and a database that is not there.
      case 105, 800 -> FailureKind.DATA;
      // Replicas, channels, segments, nodes, input and output.
      case 305, 400, 401, 500, 501, 503, 504, 600, 601, 602, 604, 901, 902, 903, 904, 905, 906 ->
          FailureKind.TRANSIENT;
      case 1000, 1001, 1002, 1300, 1301, 1302, 1303, 1807, CANCELED, TIMEOUT ->
          FailureKind.TRANSIENT;
      case 1100, 1101, 1102, 1700, 1701, 1804 -> FailureKind.DATA;
      case 1400, 1401, 1800 -> FailureKind.DENIED;
      default -> status.getRetriable() ? FailureKind.TRANSIENT : FailureKind.UNCLEAR;
    };
  }

  // Most of the enum is of no concern to a writer.
  private static FailureKind ofLegacy(ErrorCode code) {
    return switch (code) {
      case PermissionDenied -> FailureKind.DENIED;
      case CollectionNotExists, CollectionNameNotFound -> FailureKind.LOST;
      case IllegalArgument, IllegalDimension, IllegalRowRecord, UpsertAutoIDTrue, SchemaMismatch ->
          FailureKind.DATA;
      case ConnectFailed,
          CacheFailed,
          OutOfMemory,
          NotShardLeader,
          NoReplicaAvailable,
          SegmentNotFound,
          ForceDeny,
          RateLimit,
          NodeIDNotMatch,
          InsufficientMemoryToLoad,
          MemoryQuotaExhausted,
          DiskQuotaExhausted,
          TimeTickLongDelay,
          NotReadyServe,
          NotReadyCoordActivating,
          DataCoordNA,
          DDRequestRace ->
          FailureKind.TRANSIENT;
      default -> FailureKind.UNCLEAR;
    };
  }
}
