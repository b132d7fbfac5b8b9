package io.freshet.runners.conformance.simulation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * One folder in memory that keeps no more promises than the ledger asks for: a file can be seen
 * before it is whole, and what is written or deleted during a listing may or may not be in it.
 * Rename, append and overwrite are refused.
 */
final class VirtualDisk extends FileSystem {
  static final Path FOLDER = new Path("memory://simulation/ledger");
  private static final Configuration NO_CONFIGURATION = new Configuration(false);
  private static final FileStatus[] NO_STATUS = {};
  private static final byte[] NO_BYTES = {};

  /** What happens between the operations. */
  interface Between {
    /** Others may go on here, before {@code file} is touched; or the file system fails. */
    void operations(String operation, String file, boolean writing) throws IOException;

    /** A file has been created; throws if it takes no bytes. */
    void bytes(String file) throws IOException;

    /** Whether a listing has a file that came or went meanwhile. */
    boolean listed();

    /** A file is whole. */
    void written(String file, byte[] bytes);

    /** A file is deleted. */
    void deleted(String file);
  }

  private static final class Entry {
    private final FileStatus status;
    private byte[] bytes = NO_BYTES;

    Entry(String name) {
      status = new FileStatus(0, false, 1, 1, 0, new Path(FOLDER, name));
    }
  }

  private final Map<String, Entry> files = new TreeMap<>();
  private final Between between;
  private long changes;

  VirtualDisk(Between between) {
    this.between = between;
    setConf(NO_CONFIGURATION);
  }

  List<String> names() {
    return List.copyOf(files.keySet());
  }

  int size() {
    return files.size();
  }

  @Override
  public URI getUri() {
    return FOLDER.toUri();
  }

  @Override
  public FSDataInputStream open(Path path) throws IOException {
    String name = path.getName();
    between.operations("read", name, false);
    Entry entry = files.get(name);
    if (entry == null) {
      throw new FileNotFoundException(name);
    }
    return new FSDataInputStream(new Bytes(entry.bytes));
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return open(path);
  }

  @Override
  public FSDataOutputStream create(Path path, boolean overwrite) throws IOException {
    String name = path.getName();
    between.operations("create", name, true);
    if (overwrite || files.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    Entry entry = new Entry(name);
    files.put(name, entry);
    changes++;
    ByteArrayOutputStream written =
        new ByteArrayOutputStream(512) {
          @Override
          public void close() throws IOException {
            between.operations("write", name, true);
            between.bytes(name);
            byte[] whole = toByteArray();
            entry.bytes = Arrays.copyOf(whole, whole.length / 2);
            between.operations("write on", name, true);
            entry.bytes = whole;
            between.written(name, whole);
            between.operations("close", name, false);
          }
        };
    return new FSDataOutputStream(written, null);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(path, overwrite);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    String name = path.getName();
    between.operations("delete", name, true);
    changes++;
    between.deleted(name);
    return files.remove(name) != null;
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    between.operations("list", "", false);
    List<Map.Entry<String, Entry>> before = new ArrayList<>(files.entrySet());
    long changesBefore = changes;
    between.operations("list on", "", false);
    List<FileStatus> listed = new ArrayList<>(before.size());
    if (changes == changesBefore) {
      before.forEach(entry -> listed.add(entry.getValue().status));
      return listed.toArray(NO_STATUS);
    }
    Map<String, Entry> seen = new TreeMap<>();
    for (Map.Entry<String, Entry> entry : before) {
      seen.put(entry.getKey(), entry.getValue());
      if (files.containsKey(entry.getKey()) || between.listed()) {
        listed.add(entry.getValue().status);
      }
    }
    for (Map.Entry<String, Entry> entry : files.entrySet()) {
      if (!seen.containsKey(entry.getKey()) && between.listed()) {
        listed.add(entry.getValue().status);
      }
    }
    return listed.toArray(NO_STATUS);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    return true;
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    Entry entry = files.get(path.getName());
    if (entry == null) {
      throw new FileNotFoundException(path.toString());
    }
    return entry.status;
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setWorkingDirectory(Path path) {}

  @Override
  public Path getWorkingDirectory() {
    return FOLDER;
  }

  private static final class Bytes extends ByteArrayInputStream
      implements Seekable, PositionedReadable {
    Bytes(byte[] bytes) {
      super(bytes);
    }

    @Override
    public void seek(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long getPos() {
      return pos;
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readFully(long position, byte[] buffer, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readFully(long position, byte[] buffer) {
      throw new UnsupportedOperationException();
    }
  }
}
