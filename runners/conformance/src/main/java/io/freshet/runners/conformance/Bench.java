package io.freshet.runners.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.testing.MilvusKind;
import io.freshet.testing.MilvusServer;
import io.freshet.testing.SharedMilvus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * What the tests of the whole pipeline share: a folder, an oracle and a Milvus, started once for
 * all classes; each test gets a {@link Scenario} of its own, and its processes are ended after it.
 */
public final class Bench implements BeforeEachCallback, AfterEachCallback {
  /** The build runs the tests that need Milvus on one kind after the other. */
  private static final MilvusKind KIND =
      MilvusKind.valueOf(System.getProperty("freshet.milvus", MilvusKind.LITE.name()));

  private final Starter starter;
  private final SharedMilvus servers = new SharedMilvus();
  private final List<Scenario> scenarios = new ArrayList<>();
  private Shared shared;
  private String test = "";

  public Bench(Starter starter) {
    this.starter = starter;
  }

  /** A new table, ledger and collection, all named after the test. */
  public Scenario scenario() {
    return scenario("");
  }

  /** Another one of the same test. */
  public Scenario scenario(String suffix) {
    return scenarioOf(starter, suffix);
  }

  /** One with another runner. */
  public Scenario scenarioOf(Starter other, String suffix) {
    Scenario scenario =
        new Scenario(shared.folder.resolve(test + suffix), shared.oracle, milvus().uri(), other);
    scenarios.add(scenario);
    return scenario;
  }

  /** The Milvus that all share: whoever stops it takes one of his own. */
  public MilvusServer milvus() {
    return servers.of(KIND);
  }

  /** A Milvus of this test alone; the test closes it. */
  public MilvusServer ownMilvus() {
    return MilvusServer.start(KIND, shared.folder.resolve(test + "_milvus"));
  }

  public JsonNode ask(String code, Map<String, ?> names) {
    return shared.oracle.ask(code, names);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    servers.beforeAll(context);
    shared =
        context
            .getRoot()
            .getStore(Namespace.GLOBAL)
            .getOrComputeIfAbsent(Shared.class, key -> new Shared(), Shared.class);
    test =
        context.getRequiredTestClass().getSimpleName()
            + "_"
            + context.getRequiredTestMethod().getName();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    scenarios.forEach(Scenario::close);
    scenarios.clear();
  }

  private static final class Shared implements ExtensionContext.Store.CloseableResource {
    private final Path folder;
    private final Oracle oracle;

    Shared() {
      try {
        folder = Files.createTempDirectory("freshet");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      oracle = Oracle.start(folder.resolve("oracle.log"));
    }

    @Override
    public void close() throws IOException {
      oracle.close();
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
