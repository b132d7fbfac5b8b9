package io.freshet.changes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.VarInt;

/** Encodes outcomes. */
public final class OutcomeCoder extends CustomCoder<Outcome> {
  private static final int WRITTEN = 0;
  private static final int DELETED = 1;
  private static final int SKIPPED = 2;
  private static final int ABANDONED = 3;

  private static final OutcomeCoder INSTANCE = new OutcomeCoder();

  private OutcomeCoder() {}

  /** The coder. */
  public static OutcomeCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Outcome outcome, OutputStream out) throws IOException {
    Fields.encodeLease(outcome.lease(), out);
    Fields.encodeNumbers(outcome.numbers(), out);
    if (outcome instanceof Outcome.Written) {
      out.write(WRITTEN);
    } else if (outcome instanceof Outcome.Deleted) {
      out.write(DELETED);
    } else if (outcome instanceof Outcome.Skipped skipped) {
      out.write(SKIPPED);
      Fields.encodeText(skipped.reason().name(), out);
      Fields.encodeText(skipped.detail(), out);
      encodeReject(skipped.reject(), out);
    } else if (outcome instanceof Outcome.Abandoned abandoned) {
      out.write(ABANDONED);
      Fields.encodeText(abandoned.category().name(), out);
      Fields.encodeText(abandoned.detail(), out);
    }
  }

  @Override
  public Outcome decode(InputStream in) throws IOException {
    Lease lease = Fields.decodeLease(in);
    List<Integer> numbers = Fields.decodeNumbers(in);
    int kind = in.read();
    return switch (kind) {
      case WRITTEN -> new Outcome.Written(lease, numbers);
      case DELETED -> new Outcome.Deleted(lease, numbers);
      case SKIPPED ->
          new Outcome.Skipped(
              lease,
              numbers,
              SkipReason.valueOf(Fields.decodeText(in)),
              Fields.decodeText(in),
              decodeReject(in));
      case ABANDONED ->
          new Outcome.Abandoned(
              lease,
              numbers,
              FailureCategory.valueOf(Fields.decodeText(in)),
              Fields.decodeText(in));
      default -> throw new IOException("No outcome has the kind " + kind);
    };
  }

  private static void encodeReject(Optional<Reject> reject, OutputStream out) throws IOException {
    out.write(reject.isPresent() ? 1 : 0);
    if (reject.isPresent()) {
      VarInt.encode(reject.get().number(), out);
      Fields.encodeText(reject.get().key(), out);
      Fields.encodeText(reject.get().option().name(), out);
    }
  }

  private static Optional<Reject> decodeReject(InputStream in) throws IOException {
    return in.read() == 1
        ? Optional.of(
            new Reject(
                VarInt.decodeInt(in),
                Fields.decodeText(in),
                OptionAtFault.valueOf(Fields.decodeText(in))))
        : Optional.empty();
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean equals(Object other) {
    return other instanceof OutcomeCoder;
  }

  @Override
  public int hashCode() {
    return OutcomeCoder.class.hashCode();
  }
}
