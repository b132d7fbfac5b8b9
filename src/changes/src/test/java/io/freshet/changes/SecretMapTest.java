package io.freshet.changes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SecretMapTest {
  private static final Map<String, String> SECRETS = Map.of("name", "s3cr3t");

  @AfterEach
  void forgetCarriers() {
    SecretMap.carryBy(Carried::new);
  }

  /** What a worker would ask its driver for. */
  record Carried(String unused) implements SecretMap.Carrier {
    Carried(Map<String, String> values) {
      this(String.join(" ", values.keySet()));
    }

    @Override
    public Map<String, String> values() {
      return SECRETS;
    }
  }

  @Test
  void valuesAreThereAndNotPrinted() {
    Map<String, String> map = SecretMap.copyOf(SECRETS);

    assertEquals(SECRETS, map);
    assertEquals(map, SECRETS);
    assertEquals(SECRETS.hashCode(), map.hashCode());
    assertEquals("s3cr3t", map.get("name"));
    assertEquals("[name]", map.toString());
    assertSame(map, SecretMap.copyOf(map));
    assertThrows(UnsupportedOperationException.class, () -> map.put("a", "b"));
    assertEquals(Map.of(), SecretMap.copyOf(Map.of()));
  }

  @Test
  void inItsOwnProcessItIsTheSameAfterSerialization() throws Exception {
    Map<String, String> map = SecretMap.copyOf(SECRETS);
    byte[] written = written(map);

    assertFalse(new String(written, ISO_8859_1).contains("s3cr3t"));
    assertSame(map, read(written, getClass().getClassLoader()));
  }

  /** Classes of another loader are as those of another process. */
  @Test
  void anotherProcessIsGivenThemByTheCarrier() throws Exception {
    SecretMap.carryBy(Carried::new);
    byte[] written = written(SecretMap.copyOf(SECRETS));
    assertFalse(new String(written, ISO_8859_1).contains("s3cr3t"));

    try (URLClassLoader worker = otherLoader()) {
      Object there = read(written, worker);
      assertFalse(there instanceof SecretMap);
      assertEquals(SECRETS, there);
      assertSame(there, read(written, worker));
    }
  }

  @Test
  void withoutACarrierAnotherProcessSaysSo() throws Exception {
    try (URLClassLoader driver = otherLoader();
        URLClassLoader worker = otherLoader()) {
      Object map =
          driver
              .loadClass(SecretMap.class.getName())
              .getMethod("copyOf", Map.class)
              .invoke(null, SECRETS);
      byte[] written = written(map);

      assertEquals(map, read(written, driver));
      assertThrows(IllegalStateException.class, () -> read(written, worker));
    }
  }

  private static URLClassLoader otherLoader() {
    URL[] classes = {
      SecretMap.class.getProtectionDomain().getCodeSource().getLocation(),
      SecretMapTest.class.getProtectionDomain().getCodeSource().getLocation()
    };
    return new URLClassLoader(classes, ClassLoader.getPlatformClassLoader());
  }

  private static byte[] written(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] written, ClassLoader loader)
      throws IOException, ClassNotFoundException {
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(written)) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass type) throws ClassNotFoundException {
            return Class.forName(type.getName(), false, loader);
          }
        }) {
      return in.readObject();
    }
  }
}
