package io.freshet.runners.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.testing.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * A Python process that writes tables with delta-rs, reads collections with pymilvus, and works out
 * by itself what they must hold: {@code oracle.py}, whose functions {@link #ask} calls.
 */
public final class Oracle implements AutoCloseable {
  private static final Path MODELS = Path.of("../../docs/models.md");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final OutputStream requests;
  private final BufferedReader answers;

  private Oracle(Process process) {
    this.process = process;
    this.requests = process.getOutputStream();
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  public static Oracle start(Path log) {
    try (InputStream script = Oracle.class.getResourceAsStream("/oracle.py")) {
      return new Oracle(
          new ProcessBuilder(
                  Tools.python("python").toString(),
                  "-c",
                  new String(script.readAllBytes(), UTF_8),
                  MODELS.toAbsolutePath().toString())
              .redirectError(log.toFile())
              .start());
    } catch (IOException e) {
      throw new IllegalStateException("Cannot start the oracle", e);
    }
  }

  /** Runs Python statements with variables; returns the value of the last, an expression. */
  public synchronized JsonNode ask(String code, Map<String, ?> names) {
    try {
      requests.write(JSON.writeValueAsBytes(Map.of("code", code, "names", names)));
      requests.write('\n');
      requests.flush();
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("The oracle has ended; see its log");
      }
      JsonNode answer = JSON.readTree(line);
      if (answer.has("error")) {
        throw new IllegalStateException(code + ": " + answer.get("error").asText());
      }
      return answer.get("value");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(code, e);
    } catch (IOException e) {
      throw new IllegalStateException("The oracle does not answer; see its log", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
