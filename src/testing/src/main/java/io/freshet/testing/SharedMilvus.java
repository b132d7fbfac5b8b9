package io.freshet.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One Milvus of each kind for all test classes of a run, each started when a test asks for it. A
 * test names its collections after itself, and takes a {@link MilvusServer} of its own to stop one.
 */
public final class SharedMilvus implements BeforeAllCallback {
  private Servers servers;

  /** The server of this kind. */
  public MilvusServer of(MilvusKind kind) {
    return servers.of(kind);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    servers =
        context
            .getRoot()
            .getStore(Namespace.GLOBAL)
            .getOrComputeIfAbsent(Servers.class, key -> new Servers(), Servers.class);
  }

  private static final class Servers implements ExtensionContext.Store.CloseableResource {
    private final Map<MilvusKind, MilvusServer> running = new EnumMap<>(MilvusKind.class);
    private final Path folder;

    Servers() {
      try {
        folder = Files.createTempDirectory("milvus");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    synchronized MilvusServer of(MilvusKind kind) {
      return running.computeIfAbsent(
          kind, missing -> MilvusServer.start(missing, folder.resolve(missing.name())));
    }

    @Override
    public synchronized void close() throws IOException {
      running.values().forEach(MilvusServer::close);
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
