package io.freshet.delta.table;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local file system under another scheme. It notes what it is asked for, and fails at will. */
public final class CountingFileSystem extends RawLocalFileSystem {
  private static final List<String> REQUESTS = new ArrayList<>();
  private static Consumer<String> before = request -> {};
  private static boolean failing;
  private static boolean asADisk;

  public static Configuration configuration() {
    Configuration conf = new Configuration();
    conf.set("fs.counting.impl", CountingFileSystem.class.getName());
    return conf;
  }

  public static String address(Path path) {
    return "counting://" + path;
  }

  /** The requests since the last call. */
  public static synchronized List<String> requests() {
    List<String> requests = List.copyOf(REQUESTS);
    REQUESTS.clear();
    return requests;
  }

  /** Has something else happen before each request. */
  public static synchronized void before(Consumer<String> happens) {
    before = happens;
  }

  static synchronized void fail(boolean fail) {
    failing = fail;
    asADisk = false;
  }

  /** Fails as a local disk does that cannot be read: by an error that is no exception. */
  static synchronized void failAsADisk() {
    failing = true;
    asADisk = true;
  }

  private static synchronized void request(String kind, org.apache.hadoop.fs.Path path)
      throws IOException {
    before.accept(kind + " " + path.getName());
    REQUESTS.add(kind + " " + path.getName());
    checkAnswering();
  }

  private static synchronized void checkAnswering() throws IOException {
    if (failing) {
      if (asADisk) {
        readUnreadable();
      }
      throw new IOException("No answer");
    }
  }

  /** The first page of a process's memory, which the system does not let anyone read. */
  private static void readUnreadable() throws IOException {
    RawLocalFileSystem local = new RawLocalFileSystem();
    local.initialize(URI.create("file:///"), new Configuration(false));
    try (FSDataInputStream in = local.open(new org.apache.hadoop.fs.Path("/proc/self/mem"))) {
      throw new AssertionError("Read " + in.read());
    }
  }

  @Override
  public URI getUri() {
    return URI.create("counting:///");
  }

  @Override
  public String getScheme() {
    return "counting";
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
    request("open", path);
    return new FSDataInputStream(new FailingStream(asOne(() -> super.open(path, bufferSize))));
  }

  private static final class FailingStream extends FSInputStream {
    private final FSDataInputStream in;

    FailingStream(FSDataInputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      checkAnswering();
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      checkAnswering();
      return in.read(bytes, offset, length);
    }

    @Override
    public void seek(long position) throws IOException {
      in.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  @Override
  public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
    request("status", path);
    return super.getFileStatus(path);
  }

  @Override
  public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
    request("list", path);
    return asOne(() -> super.listStatus(path));
  }

  /** A request of the file system's own, of which the local one makes several. */
  @FunctionalInterface
  private interface Request<T> {
    T send() throws IOException;
  }

  private static synchronized <T> T asOne(Request<T> request) throws IOException {
    int before = REQUESTS.size();
    try {
      return request.send();
    } finally {
      REQUESTS.subList(before, REQUESTS.size()).clear();
    }
  }
}
