package io.freshet.runners.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Local files as Hadoop has them, whose permissions are set without a process of their own. Hadoop
 * starts {@code chmod} for each file that is made where it has no native library, as Spark's
 * distributions have none; and Spark makes files at each micro-batch, for its checkpoints.
 */
final class InProcessLocalFileSystem extends LocalFileSystem {
  private static final String IMPLEMENTATION = "fs.file.impl";

  InProcessLocalFileSystem() {
    super(new Raw());
  }

  /** Has Spark use it, unless the user has one. */
  static void useFor(Configuration hadoopConf) {
    if (hadoopConf.get(IMPLEMENTATION) == null) {
      hadoopConf.set(IMPLEMENTATION, InProcessLocalFileSystem.class.getName());
      // The cache asks for no implementation: it has the one that the ledger is read by.
      hadoopConf.setBoolean(IMPLEMENTATION + ".disable.cache", true);
    }
  }

  private static final class Raw extends RawLocalFileSystem {
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      if (permission.getStickyBit()) {
        super.setPermission(path, permission);
        return;
      }
      String symbols =
          permission.getUserAction().SYMBOL
              + permission.getGroupAction().SYMBOL
              + permission.getOtherAction().SYMBOL;
      Files.setPosixFilePermissions(
          pathToFile(path).toPath(), PosixFilePermissions.fromString(symbols));
    }
  }
}
