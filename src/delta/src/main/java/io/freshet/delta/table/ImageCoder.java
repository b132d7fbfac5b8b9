package io.freshet.delta.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Writes a table's image, and reads it again. */
final class ImageCoder {
  /** Of this way of writing, and of what a commit does to an image. */
  private static final int RULE = 2;

  private static final int NULL = -1;

  private ImageCoder() {}

  /** Writes an image that has protocol and metadata; its files in the order of a snapshot. */
  static void write(TableImage image, DataOutput out) throws IOException {
    TableState state = image.state().orElseThrow();
    CommitStamp stamp = image.stamp().orElseThrow();
    out.writeInt(RULE);
    out.writeLong(image.version());
    out.writeLong(stamp.millis());
    out.writeLong(stamp.bytes());
    out.writeLong(stamp.checksum());
    out.writeLong(state.from());
    out.writeInt(state.protocol().readerVersion());
    writeTexts(state.protocol().readerFeatures(), out);
    writeTexts(state.protocol().writerFeatures(), out);
    writeText(state.metadata().id(), out);
    writeText(state.metadata().schemaString(), out);
    writeTexts(state.metadata().partitionColumns(), out);
    writeMap(state.metadata().configuration(), out);
    List<FileList.Entry> files = image.files().entries();
    Map<Map<String, String>, Integer> partitions = new LinkedHashMap<>();
    files.forEach(file -> partitions.putIfAbsent(file.partitionValues(), partitions.size()));
    out.writeInt(partitions.size());
    for (Map<String, String> partition : partitions.keySet()) {
      writeMap(partition, out);
    }
    out.writeInt(files.size());
    for (FileList.Entry file : files) {
      writeText(file.path(), out);
      out.writeLong(file.modified());
      out.writeLong(file.bytes());
      out.writeLong(file.rows());
      out.writeInt(partitions.get(file.partitionValues()));
      Optional<DeletionVector> vector = file.live().without();
      out.writeBoolean(vector.isPresent());
      if (vector.isPresent()) {
        write(vector.get(), out);
      }
    }
  }

  private static void write(DeletionVector vector, DataOutput out) throws IOException {
    writeText(vector.storageType(), out);
    writeText(vector.pathOrInline(), out);
    out.writeInt(vector.offset().orElse(NULL));
    out.writeInt(vector.bytes());
    out.writeLong(vector.cardinality());
  }

  /** Reads an image of the table in {@code folder}; empty if it was written in another way. */
  static Optional<TableImage> read(LogFolder folder, DataInput in) throws IOException {
    if (in.readInt() != RULE) {
      return Optional.empty();
    }
    long version = in.readLong();
    CommitStamp stamp = new CommitStamp(in.readLong(), in.readLong(), in.readLong());
    long from = in.readLong();
    LogProtocol protocol = new LogProtocol(in.readInt(), readTexts(in), readTexts(in));
    TableMetadata metadata =
        new TableMetadata(readText(in), readText(in), readTexts(in), readMap(in));
    List<Map<String, String>> partitions = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      partitions.add(readMap(in));
    }
    List<FileList.Entry> files = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      files.add(
          new FileList.Entry(
              readText(in),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              partitions.get(in.readInt()),
              RowSelection.without(
                  in.readBoolean() ? Optional.of(readVector(in)) : Optional.empty(),
                  folder.table().toString())));
    }
    TableState state = new TableState(from, version, protocol, metadata);
    return Optional.of(TableImage.of(folder, version, Optional.of(stamp), state, files));
  }

  private static DeletionVector readVector(DataInput in) throws IOException {
    String storageType = readText(in);
    String pathOrInline = readText(in);
    int offset = in.readInt();
    return new DeletionVector(
        storageType,
        pathOrInline,
        offset == NULL ? OptionalInt.empty() : OptionalInt.of(offset),
        in.readInt(),
        in.readLong());
  }

  private static void writeTexts(List<String> texts, DataOutput out) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      writeText(text, out);
    }
  }

  private static List<String> readTexts(DataInput in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      texts.add(readText(in));
    }
    return texts;
  }

  private static void writeMap(Map<String, String> map, DataOutput out) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, String> entry : map.entrySet()) {
      writeText(entry.getKey(), out);
      if (entry.getValue() == null) {
        out.writeInt(NULL);
      } else {
        writeText(entry.getValue(), out);
      }
    }
  }

  private static Map<String, String> readMap(DataInput in) throws IOException {
    Map<String, String> map = new HashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String key = readText(in);
      int length = in.readInt();
      map.put(key, length == NULL ? null : readText(length, in));
    }
    return map;
  }

  private static void writeText(String text, DataOutput out) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInput in) throws IOException {
    return readText(in.readInt(), in);
  }

  private static String readText(int length, DataInput in) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, UTF_8);
  }
}
