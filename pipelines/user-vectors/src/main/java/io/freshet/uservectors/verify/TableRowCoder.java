package io.freshet.uservectors.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.delta.RowDate;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Writes rows of the table into temporary files, with their columns only where these matter. */
final class TableRowCoder {
  private final Row none = Row.withSchema(Schema.builder().build()).build();
  private final RowCoder coder;
  private final boolean withColumns;

  TableRowCoder(Schema schema, boolean withColumns) {
    this.coder = RowCoder.of(schema);
    this.withColumns = withColumns;
  }

  void encode(TableRow row, DataOutputStream out) throws IOException {
    RowDate date = row.date();
    out.writeByte(
        (row.hash().isPresent() ? 1 : 0) | (row.followed() ? 2 : 0) | (date.placed() ? 4 : 0));
    out.writeLong(row.hash().orElse(0));
    out.writeLong(date.from());
    out.writeLong(date.to());
    out.writeLong(date.changedAt());
    out.writeInt(date.unit());
    out.writeLong(date.row());
    if (withColumns) {
      coder.encode(row.row(), out);
    }
  }

  TableRow decode(DataInputStream in) throws IOException {
    int flags = in.readByte();
    long hash = in.readLong();
    long from = in.readLong();
    long to = in.readLong();
    long changedAt = in.readLong();
    int unit = in.readInt();
    long row = in.readLong();
    return new TableRow(
        (flags & 1) != 0 ? OptionalLong.of(hash) : OptionalLong.empty(),
        new RowDate(from, to, (flags & 4) != 0, unit, row, changedAt),
        (flags & 2) != 0,
        withColumns ? coder.decode(in) : none);
  }

  static void encodeText(String text, DataOutputStream out) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  static String decodeText(DataInputStream in) throws IOException {
    byte[] utf8 = new byte[in.readInt()];
    in.readFully(utf8);
    return new String(utf8, UTF_8);
  }
}
