package io.freshet.runners.conformance.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The project with one safeguard taken out of its source: the simulation must notice.
 *
 * @param name what is taken out
 * @param source the source file, from the root of the project
 * @param text what is replaced, which must be there once
 * @param replacement by this
 * @param from the seed that kills it; 1 if none is known yet
 */
record Mutant(String name, String source, String text, String replacement, long from) {
  private static final String MAIN = "src/main/java/";

  /** The class that it changes. */
  String className() {
    String file = source.substring(source.indexOf(MAIN) + MAIN.length());
    return file.substring(0, file.length() - ".java".length()).replace('/', '.');
  }

  /** Its classes by name. */
  Map<String, byte[]> compile(Path project) {
    try {
      String whole = Files.readString(project.resolve(source));
      int at = whole.indexOf(text);
      if (at < 0 || whole.indexOf(text, at + 1) >= 0) {
        throw new IllegalStateException(
            "The mutant '" + name + "' wants this once in " + source + ": " + text);
      }
      return compile(whole.substring(0, at) + replacement + whole.substring(at + text.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, byte[]> compile(String code) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> compiled = new HashMap<>();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
        JavaFileManager files =
            new ForwardingJavaFileManager<>(standard) {
              @Override
              public JavaFileObject getJavaFileForOutput(
                  Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(
                    URI.create("memory:///" + type.replace('.', '/') + ".class"), kind) {
                  @Override
                  public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    compiled.put(type, bytes);
                    return bytes;
                  }
                };
              }
            }) {
      JavaFileObject unit =
          new SimpleJavaFileObject(
              URI.create("memory:///" + className().replace('.', '/') + ".java"),
              JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreErrors) {
              return code;
            }
          };
      boolean fine =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-nowarn", "-cp", classPath()),
                  null,
                  List.of(unit))
              .call();
      if (!fine) {
        throw new IllegalStateException("The mutant '" + name + "' does not compile: " + messages);
      }
    }
    Map<String, byte[]> classes = new HashMap<>();
    compiled.forEach((type, bytes) -> classes.put(type, bytes.toByteArray()));
    return classes;
  }

  private static String classPath() {
    // Surefire puts the class path into a jar's manifest.
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
