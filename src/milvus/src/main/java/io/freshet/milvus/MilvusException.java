package io.freshet.milvus;

import io.milvus.grpc.Status;
import io.milvus.shaded.io.grpc.StatusRuntimeException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;

/**
 * A request that failed, what kind of failure it is, whether the server answered at all, and
 * whether it may still be carried out.
 */
final class MilvusException extends Exception {
  private static final int MAX_REASON = 500;

  private final FailureKind kind;
  private final String code;
  private final boolean answered;
  private final boolean open;

  private MilvusException(
      FailureKind kind,
      String code,
      boolean answered,
      boolean open,
      String message,
      Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = code;
    this.answered = answered;
    this.open = open;
  }

  /** The server's answer says that the request failed. */
  static MilvusException of(Status status) {
    String code = "code " + StatusCodes.code(status);
    return new MilvusException(
        StatusCodes.kind(status),
        code,
        true,
        StatusCodes.isOpen(status),
        code + ": " + shorten(status.getReason()),
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
            : status.getCode() + ": " + shorten(status.getDescription()) + tlsFault(e);
    return new MilvusException(
        StatusCodes.kind(status.getCode()),
        status.getCode().name(),
        answered,
        StatusCodes.isOpen(status.getCode()),
        text,
        e);
  }

  /** The server says that all went well, and wrote less than it was given. */
  static MilvusException ofCount(long written, int sent) {
    return ofAnswer("the server acknowledged " + written + " rows of " + sent);
  }

  /** The server says that a query went well, and its answer cannot be right. */
  static MilvusException ofAnswer(String what) {
    return new MilvusException(FailureKind.TRANSIENT, "no code", true, false, what, null);
  }

  /** The server says of a collection that it is gone, or another, but not whenever it is asked. */
  static MilvusException ofContradiction() {
    return ofAnswer(
        "the server said that the collection is gone, or another one, but not each time that it was asked");
  }

  FailureKind kind() {
    return kind;
  }

  /** The code of the answer, as text: what is refused for the same reason has the same one. */
  String code() {
    return code;
  }

  boolean answered() {
    return answered;
  }

  /** Whether the request may still be carried out, for all that is known. */
  boolean open() {
    return open;
  }

  /** What is wrong with the server's certificate, say: gRPC itself does not tell. */
  private static String tlsFault(Throwable failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
        return " (TLS: " + shorten(String.valueOf(cause.getMessage())) + ")";
      }
    }
    return "";
  }

  private static String shorten(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "...";
  }
}
