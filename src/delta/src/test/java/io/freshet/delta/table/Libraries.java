package io.freshet.delta.table;

import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What Delta Kernel says of a table. */
public final class Libraries {
  private Libraries() {}

  /** The files of a version, in the order of a snapshot. */
  public static List<DataUnit> files(String table, long version) {
    LogFolder folder = LogFolder.open(table, new Configuration());
    return files(new KernelReplay(folder), folder, version);
  }

  static List<DataUnit> files(LogReplay library, LogFolder folder, long version) {
    TableState state = StateReader.read(folder, folder.list(), version, List.of());
    FileList.Builder files =
        new FileList.Builder(new DataPaths(folder.table()), state.metadata().schema());
    library.addFilesTo(files, version);
    return files.build();
  }
}
