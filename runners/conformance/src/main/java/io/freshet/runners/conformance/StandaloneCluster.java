package io.freshet.runners.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.testing.Await;
import io.freshet.testing.ServerProcess;
import io.freshet.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real Spark cluster on loopback: a master and workers of one core each. */
public final class StandaloneCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int port = Tools.freePort();
  private final int webPort = Tools.freePort();
  private final Path folder;
  private final List<ServerProcess> processes = new ArrayList<>();

  private StandaloneCluster(Path folder) {
    this.folder = folder;
  }

  /** Starts it, with its logs and its executors' files in {@code folder}. */
  public static StandaloneCluster start(Path folder, int workers) {
    StandaloneCluster cluster = new StandaloneCluster(folder);
    try {
      cluster.begin(workers);
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void begin(int workers) {
    processes.add(master("master.log"));
    Await.until("Spark master", FreshetProcess.LIMIT, () -> aliveWorkers() == 0);
    for (int worker = 0; worker < workers; worker++) {
      String name = "worker" + worker;
      List<String> more =
          List.of("--cores", "1", "--memory", "1g", "--work-dir", folder + "/" + name, url());
      processes.add(
          daemon(name + ".log", "worker.Worker", Tools.freePort(), Tools.freePort(), more));
    }
    Await.until(workers + " Spark workers", FreshetProcess.LIMIT, () -> aliveWorkers() == workers);
  }

  private ServerProcess master(String log) {
    return daemon(log, "master.Master", port, webPort, List.of());
  }

  private ServerProcess daemon(String log, String type, int port, int webPort, List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "SPARK_LOCAL_IP=127.0.0.1",
                "SPARK_DAEMON_MEMORY=256m",
                // Workers hand it on to their executors.
                "JAVA_TOOL_OPTIONS=" + String.join(" ", Starter.FAST_JVM),
                "PYSPARK_PYTHON=" + Tools.python("python"),
                Tools.python("spark-class").toString(),
                "org.apache.spark.deploy." + type,
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--webui-port",
                Integer.toString(webPort)));
    command.addAll(more);
    return ServerProcess.start(command, folder.resolve(log), () -> true);
  }

  /**
   * Kills the master and starts another at its address, which knows no application: the workers
   * register with it, and end the executors that it does not know.
   */
  public void replaceMaster() {
    processes.get(0).kill();
    processes.set(0, master("master-again.log"));
  }

  /** What {@code --sparkMaster} wants. */
  public String url() {
    return "spark://127.0.0.1:" + port;
  }

  /** Workers that the master counts on; -1 while it does not answer. */
  private int aliveWorkers() {
    try {
      JsonNode state = JSON.readTree(URI.create("http://127.0.0.1:" + webPort + "/json/").toURL());
      return state.get("aliveworkers").asInt();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Ends the workers, which end their executors, then the master. */
  @Override
  public void close() {
    for (int last = processes.size() - 1; last >= 0; last--) {
      processes.get(last).close();
    }
  }
}
