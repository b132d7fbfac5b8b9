package io.freshet.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.util.VarInt;

/** Encodings that the coders of this package share. */
final class Fields {
  private Fields() {}

  static void encodeLease(Lease lease, OutputStream out) throws IOException {
    encodeText(lease.attempt(), out);
    encodeInstant(lease.end(), out);
    VarInt.encode(lease.lengthMillis(), out);
  }

  static Lease decodeLease(InputStream in) throws IOException {
    return new Lease(decodeText(in), decodeInstant(in), VarInt.decodeLong(in));
  }

  static void encodeInstant(Instant instant, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeLong(instant.getEpochSecond());
    data.writeInt(instant.getNano());
  }

  static Instant decodeInstant(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    return Instant.ofEpochSecond(data.readLong(), data.readInt());
  }

  static void encodeText(String text, OutputStream out) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    VarInt.encode(utf8.length, out);
    out.write(utf8);
  }

  static String decodeText(InputStream in) throws IOException {
    byte[] utf8 = new byte[VarInt.decodeInt(in)];
    new DataInputStream(in).readFully(utf8);
    return new String(utf8, UTF_8);
  }

  /** Numbers as differences: they mostly follow one another. */
  static void encodeNumbers(List<Integer> numbers, OutputStream out) throws IOException {
    VarInt.encode(numbers.size(), out);
    int last = 0;
    for (int number : numbers) {
      VarInt.encode(number - last, out);
      last = number;
    }
  }

  static List<Integer> decodeNumbers(InputStream in) throws IOException {
    int size = VarInt.decodeInt(in);
    List<Integer> numbers = new ArrayList<>(size);
    int last = 0;
    for (int i = 0; i < size; i++) {
      last += VarInt.decodeInt(in);
      numbers.add(last);
    }
    return numbers;
  }
}
