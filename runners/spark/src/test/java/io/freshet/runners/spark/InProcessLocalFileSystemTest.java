package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InProcessLocalFileSystemTest {
  @TempDir private java.nio.file.Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0644, 0600, 0750, 0777, 0400, 01755})
  void permissionsAreThoseThatHadoopSets(int mode) throws IOException {
    FsPermission permission = new FsPermission((short) mode);
    String[] set = new String[2];
    FileSystem[] both = {new InProcessLocalFileSystem(), new LocalFileSystem()};
    for (int i = 0; i < both.length; i++) {
      both[i].initialize(FileSystem.getDefaultUri(new Configuration()), new Configuration());
      java.nio.file.Path file = Files.createDirectory(folder.resolve("of" + i));
      both[i].setPermission(new Path(file.toUri()), permission);
      set[i] = Files.getAttribute(file, "unix:mode").toString();
    }

    assertEquals(set[1], set[0]);
  }

  @Test
  void sparkUsesItWhereLocalFilesAreInUseAlready() throws IOException {
    Path path = new Path(folder.toUri());
    assertInstanceOf(LocalFileSystem.class, path.getFileSystem(new Configuration()));
    Configuration ofSpark = new Configuration();
    InProcessLocalFileSystem.useFor(ofSpark);

    FileSystem used = path.getFileSystem(ofSpark);

    assertInstanceOf(InProcessLocalFileSystem.class, used);
    used.create(
            new Path(path, "file"),
            new FsPermission((short) 0640),
            true,
            4096,
            (short) 1,
            4096,
            null)
        .close();
    assertEquals(
        "rw-r-----",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("file"))));
  }

  @Test
  void implementationOfTheUsersOwnIsKept() {
    Configuration own = new Configuration();
    own.set("fs.file.impl", "Own");
    InProcessLocalFileSystem.useFor(own);
    assertEquals("Own", own.get("fs.file.impl"));
  }
}
