package io.freshet.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Holds the Java examples of a module's README.md against the test that runs them. */
public final class ReadmeExample {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private ReadmeExample() {}

  /**
   * Throws an {@link AssertionError} unless README.md of the current module has an example, and the
   * source of {@code test} holds each of them, line by line; the indentation does not matter.
   */
  public static void isTestedBy(Class<?> test) {
    String source =
        lines(read(Path.of("src/test/java", test.getName().replace('.', '/') + ".java")));
    Matcher examples = EXAMPLE.matcher(read(Path.of("README.md")));
    int found = 0;
    for (; examples.find(); found++) {
      String example = lines(examples.group(1));
      if (!source.contains(example)) {
        throw new AssertionError(test + " does not hold this example of README.md:\n" + example);
      }
    }
    if (found == 0) {
      throw new AssertionError("README.md has no example in Java");
    }
  }

  private static String lines(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
