package io.freshet.changes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.Row;

/** Encodes changes whose rows have one schema. Times keep microseconds, as Delta's do. */
public final class ChangeCoder extends CustomCoder<Change> {

  private static final int CUT = 1;
  private static final int SUSPECTED = 2;
  private static final int KEY_FAULT = 4;

  private final Schema schema;
  private final RowCoder rowCoder;

  private ChangeCoder(Schema schema) {
    this.schema = schema;
    this.rowCoder = RowCoder.of(schema);
  }

  /** The coder of changes with rows of {@code schema}. */
  public static ChangeCoder of(Schema schema) {
    return new ChangeCoder(schema);
  }

  /** The schema of the rows. */
  public Schema schema() {
    return schema;
  }

  @Override
  public void encode(Change change, OutputStream out) throws IOException {
    Fields.encodeLease(change.lease(), out);
    VarInt.encode(change.number(), out);
    VarInt.encode(change.position().version(), out);
    VarInt.encode(change.position().unit(), out);
    VarInt.encode(change.position().row(), out);
    Fields.encodeText(change.type().name(), out);
    Fields.encodeInstant(change.commitTimestamp(), out);
    encodeOptional(change.eventTime(), out, Fields::encodeInstant);
    encodeOptional(change.key(), out, Fields::encodeText);
    rowCoder.encode(change.row(), out);
    out.write(flags(change));
    if (change.keyFault().isPresent()) {
      Fields.encodeText(change.keyFault().get().name(), out);
    }
    VarInt.encode(change.gone().size(), out);
    for (Row gone : change.gone()) {
      rowCoder.encode(gone, out);
    }
  }

  private static int flags(Change change) {
    return (change.cut() ? CUT : 0)
        | (change.suspected() ? SUSPECTED : 0)
        | (change.keyFault().isPresent() ? KEY_FAULT : 0);
  }

  @Override
  public Change decode(InputStream in) throws IOException {
    Lease lease = Fields.decodeLease(in);
    int number = VarInt.decodeInt(in);
    Position position =
        new Position(VarInt.decodeLong(in), VarInt.decodeInt(in), VarInt.decodeLong(in));
    ChangeType type = ChangeType.valueOf(Fields.decodeText(in));
    Instant commitTimestamp = Fields.decodeInstant(in);
    Optional<Instant> eventTime = decodeOptional(in, Fields::decodeInstant);
    Optional<String> key = decodeOptional(in, Fields::decodeText);
    Row row = rowCoder.decode(in);
    int flags = in.read();
    Optional<SkipReason> keyFault =
        (flags & KEY_FAULT) != 0
            ? Optional.of(SkipReason.valueOf(Fields.decodeText(in)))
            : Optional.empty();
    return new Change(
        lease,
        number,
        position,
        type,
        commitTimestamp,
        eventTime,
        key,
        row,
        (flags & CUT) != 0,
        decodeRows(in),
        (flags & SUSPECTED) != 0,
        keyFault);
  }

  private List<Row> decodeRows(InputStream in) throws IOException {
    int size = VarInt.decodeInt(in);
    List<Row> rows = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      rows.add(rowCoder.decode(in));
    }
    return rows;
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    rowCoder.verifyDeterministic();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChangeCoder that && schema.equals(that.schema);
  }

  @Override
  public int hashCode() {
    return Objects.hash(schema);
  }

  private static <T> void encodeOptional(Optional<T> value, OutputStream out, Encoder<T> encoder)
      throws IOException {
    out.write(value.isPresent() ? 1 : 0);
    if (value.isPresent()) {
      encoder.encode(value.get(), out);
    }
  }

  private static <T> Optional<T> decodeOptional(InputStream in, Decoder<T> decoder)
      throws IOException {
    return in.read() == 1 ? Optional.of(decoder.decode(in)) : Optional.empty();
  }

  private interface Encoder<T> {
    void encode(T value, OutputStream out) throws IOException;
  }

  private interface Decoder<T> {
    T decode(InputStream in) throws IOException;
  }
}
