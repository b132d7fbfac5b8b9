package io.freshet.ledger;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The system's device that has no room, as Hadoop's local file system writes to it. */
final class FullDevice {
  private static final RawLocalFileSystem LOCAL = new RawLocalFileSystem();

  static {
    try {
      LOCAL.initialize(URI.create("file:///"), new Configuration(false));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private FullDevice() {}

  /** What every write to it throws. */
  static FSError error() throws IOException {
    FSDataOutputStream out = open();
    try {
      out.write(1);
      out.close();
    } catch (FSError e) {
      return e;
    }
    throw new AssertionError("/dev/full took a byte");
  }

  /** A file on it. */
  static FSDataOutputStream open() throws IOException {
    return LOCAL.create(new Path("/dev/full"), true, 4096, (short) 1, 1 << 20, null);
  }
}
