package io.freshet.milvus;

import io.milvus.grpc.Status;
import io.milvus.shaded.io.grpc.StatusRuntimeException;

/**
 * A request that failed, what kind of failure it is, whether the server answered at all, and
 * whether it may still be carried out.
 */
final class MilvusException extends Exception {
  private static final int MAX_REASON = 500;

  private final FailureKind kind;
  private final boolean answered;
  private final boolean open;

  private MilvusException(
      FailureKind kind, boolean answered, boolean open, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.answered = answered;
    this.open = open;
  }

  /** The server's answer says that the request failed. */
  static MilvusException of(Status status) {
    return new MilvusException(
        StatusCodes.kind(status),
        true,
        StatusCodes.isOpen(status),
        "code " + StatusCodes.code(status) + ": " + shorten(status.getReason()),
        null);
  }

  /** The call failed. */
  static MilvusException of(StatusRuntimeException e) {
    io.milvus.shaded.io.grpc.Status status = e.getStatus();
    boolean answered =
        switch (status.getCode()) {
          case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> false;
          default -> true;
        };
    String text =
        status.getDescription() == null
            ? status.getCode().name()
            : status.getCode() + ": " + shorten(status.getDescription());
    return new MilvusException(
        StatusCodes.kind(status.getCode()),
        answered,
        StatusCodes.isOpen(status.getCode()),
        text,
        e);
  }

  /** The server says that all went well, and wrote less than it was given. */
  static MilvusException ofCount(long written, int sent) {
    return new MilvusException(
        FailureKind.TRANSIENT,
        true,
        false,
        "the server acknowledged " + written + " rows of " + sent,
        null);
  }

  /** The server says that a query went well, and its answer cannot be right. */
  static MilvusException ofAnswer(String what) {
    return new MilvusException(FailureKind.TRANSIENT, true, false, what, null);
  }

  /** The server says of a collection that it is gone, or another, but not whenever it is asked. */
  static MilvusException ofContradiction() {
    return new MilvusException(
        FailureKind.TRANSIENT,
        true,
        false,
        "the server said that the collection is gone, or another one, but not each time that it was asked",
        null);
  }

  FailureKind kind() {
    return kind;
  }

  boolean answered() {
    return answered;
  }

  /** Whether the request may still be carried out, for all that is known. */
  boolean open() {
    return open;
  }

  private static String shorten(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "...";
  }
}
