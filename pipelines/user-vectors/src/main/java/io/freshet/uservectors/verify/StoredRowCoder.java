package io.freshet.uservectors.verify;

import io.freshet.milvus.StoredRow;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Writes rows of the collection into temporary files. */
final class StoredRowCoder {
  private StoredRowCoder() {}

  static void encode(StoredRow row, DataOutputStream out) throws IOException {
    TableRowCoder.encodeText(row.key(), out);
    out.writeLong(row.commitVersion());
    out.writeLong(row.rowHash());
    out.writeInt(row.vector().length);
    for (float component : row.vector()) {
      out.writeFloat(component);
    }
  }

  static StoredRow decode(DataInputStream in) throws IOException {
    String key = TableRowCoder.decodeText(in);
    long version = in.readLong();
    long hash = in.readLong();
    float[] vector = new float[in.readInt()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = in.readFloat();
    }
    return new StoredRow(key, version, hash, vector);
  }
}
