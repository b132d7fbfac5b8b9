package io.freshet.ledger;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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
final class MemoryFileSystem extends FileSystem {
  /** What happens between two operations. */
  interface Between {
    /** Others may go on here, before {@code file} is touched; or the file system fails. */
    void operations(String file) throws IOException;

    /** Whether a listing has a file that came or went meanwhile. */
    boolean listed();
  }

  private int listings;
  private static final Path FOLDER = new Path("memory://test/ledger");

  private final Map<String, byte[]> files = new TreeMap<>();
  private final Between between;
  private boolean full;
  private boolean losesAnswers;
  private int untilInterrupted;
  private Runnable interruption = () -> {};

  MemoryFileSystem(Between between) {
    this.between = between;
    setConf(new Configuration(false));
  }

  /** One whose operations are never interrupted. */
  static MemoryFileSystem calm() {
    return new MemoryFileSystem(
        new Between() {
          @Override
          public void operations(String file) {}

          @Override
          public boolean listed() {
            return true;
          }
        });
  }

  /** A store of its own over these files, as another process has one. */
  LedgerStore store() {
    return new LedgerStore(this, FOLDER);
  }

  /** Whether files are made and take no bytes, as on a disk that is full. */
  void fillUp(boolean isFull) {
    full = isFull;
  }

  /** Whether writing fails although the file is whole, as where an answer is lost. */
  void loseAnswers(boolean loses) {
    losesAnswers = loses;
  }

  /** Has something else happen before the {@code operations}-th operation from now. */
  void interrupt(int operations, Runnable interruption) {
    this.untilInterrupted = operations;
    this.interruption = interruption;
  }

  private void pause(String file) throws IOException {
    if (untilInterrupted > 0 && --untilInterrupted == 0) {
      interruption.run();
    }
    between.operations(file);
  }

  Map<String, byte[]> files() {
    return files;
  }

  /** Cuts a file off, as if its writer had been killed. */
  void tear(String name) {
    files.computeIfPresent(name, (n, whole) -> Arrays.copyOf(whole, whole.length / 2));
  }

  @Override
  public URI getUri() {
    return URI.create("memory://test");
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    pause(path.getName());
    byte[] bytes = files.get(path.getName());
    if (bytes == null) {
      throw new FileNotFoundException(path.toString());
    }
    return new FSDataInputStream(new Bytes(bytes));
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
    pause(path.getName());
    if (overwrite || files.containsKey(path.getName())) {
      throw new FileAlreadyExistsException(path.toString());
    }
    files.put(path.getName(), new byte[0]);
    ByteArrayOutputStream written =
        new ByteArrayOutputStream() {
          @Override
          public void close() throws IOException {
            pause(path.getName());
            if (full) {
              throw FullDevice.error();
            }
            files.put(path.getName(), Arrays.copyOf(toByteArray(), size() / 2));
            pause(path.getName());
            files.put(path.getName(), toByteArray());
            pause(path.getName());
            if (losesAnswers) {
              throw new IOException("The connection was cut");
            }
          }
        };
    return new FSDataOutputStream(written, null);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    pause(path.getName());
    return files.remove(path.getName()) != null;
  }

  /** How often the folder was listed. */
  int listings() {
    return listings;
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    listings++;
    pause(path.getName());
    TreeSet<String> before = new TreeSet<>(files.keySet());
    pause(path.getName());
    TreeSet<String> listed = new TreeSet<>();
    for (String name : before) {
      if (files.containsKey(name) || between.listed()) {
        listed.add(name);
      }
    }
    for (String name : files.keySet()) {
      if (before.contains(name) || between.listed()) {
        listed.add(name);
      }
    }
    pause(path.getName());
    return listed.stream()
        .map(name -> new FileStatus(0, false, 1, 1, 0, new Path(FOLDER, name)))
        .toArray(FileStatus[]::new);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    return true;
  }

  @Override
  public FileStatus getFileStatus(Path path) {
    throw new UnsupportedOperationException();
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
