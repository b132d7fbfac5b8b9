package io.freshet.changes;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.VarInt;

/** Encodes batches of vector updates whose rows have one schema. */
public final class VectorBatchCoder extends CustomCoder<VectorBatch> {
  private static final Coder<List<Outcome>> OUTCOMES = ListCoder.of(OutcomeCoder.of());

  private final ChangeCoder changeCoder;

  private VectorBatchCoder(ChangeCoder changeCoder) {
    this.changeCoder = changeCoder;
  }

  /** The coder of batches whose changes have rows of {@code schema}. */
  public static VectorBatchCoder of(Schema schema) {
    return new VectorBatchCoder(ChangeCoder.of(schema));
  }

  @Override
  public void encode(VectorBatch batch, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    VarInt.encode(batch.updates().size(), out);
    for (VectorUpdate update : batch.updates()) {
      changeCoder.encode(update.change(), out);
      data.writeLong(update.rowHash());
      VarInt.encode(update.vector().length, out);
      ByteBuffer bytes = ByteBuffer.allocate(update.vector().length * Float.BYTES);
      bytes.asFloatBuffer().put(update.vector());
      out.write(bytes.array());
      VarInt.encode(update.goneHashes().length, out);
      for (long hash : update.goneHashes()) {
        data.writeLong(hash);
      }
    }
    OUTCOMES.encode(batch.outcomes(), out);
  }

  @Override
  public VectorBatch decode(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int size = VarInt.decodeInt(in);
    List<VectorUpdate> updates = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Change change = changeCoder.decode(in);
      long rowHash = data.readLong();
      float[] vector = new float[VarInt.decodeInt(in)];
      byte[] bytes = new byte[vector.length * Float.BYTES];
      data.readFully(bytes);
      ByteBuffer.wrap(bytes).asFloatBuffer().get(vector);
      long[] goneHashes = new long[VarInt.decodeInt(in)];
      for (int gone = 0; gone < goneHashes.length; gone++) {
        goneHashes[gone] = data.readLong();
      }
      updates.add(new VectorUpdate(change, rowHash, vector, goneHashes));
    }
    return new VectorBatch(updates, OUTCOMES.decode(in));
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    changeCoder.verifyDeterministic();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VectorBatchCoder that && changeCoder.equals(that.changeCoder);
  }

  @Override
  public int hashCode() {
    return changeCoder.hashCode() + 1;
  }
}
