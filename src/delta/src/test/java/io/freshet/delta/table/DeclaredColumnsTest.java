package io.freshet.delta.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredColumnsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"byte\" | \"short\" | true",
        "\"integer\" | \"long\" | true",
        "\"long\" | \"integer\" | false",
        "\"short\" | \"byte\" | false",
        "\"integer\" | \"double\" | true",
        "\"long\" | \"double\" | false",
        "\"float\" | \"double\" | true",
        "\"double\" | \"float\" | false",
        "\"integer\" | \"decimal(10,0)\" | true",
        "\"integer\" | \"decimal(10,1)\" | false",
        "\"decimal(6,2)\" | \"decimal(8,3)\" | true",
        "\"decimal(6,2)\" | \"decimal(8,5)\" | false",
        "\"decimal(6,2)\" | \"decimal(8,1)\" | false",
        "\"date\" | \"timestamp_ntz\" | true",
        "\"date\" | \"timestamp\" | false",
        "\"timestamp\" | \"timestamp_ntz\" | false",
        "\"string\" | \"string\" | true",
        "\"string\" | \"long\" | false",
        "\"integer\" | \"string\" | false",
        "{\"type\":\"array\",\"elementType\":\"integer\"} | {\"type\":\"array\",\"elementType\":\"long\"} | true",
        "{\"type\":\"array\",\"elementType\":\"long\"} | {\"type\":\"array\",\"elementType\":\"integer\"} | false",
        "\"integer\" | {\"type\":\"array\",\"elementType\":\"integer\"} | false",
        "{\"type\":\"struct\",\"fields\":[]} | {\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]} | true",
        "{\"type\":\"struct\",\"fields\":[{\"name\":\"A\",\"type\":\"string\"}]} | {\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]} | false",
      })
  void aTypeFitsWhereEachOfItsValuesIsOneOfTheOther(String declared, String wanted, boolean fits) {
    assertEquals(fits, DeclaredColumns.fits(type(declared), type(wanted)));
  }

  @Test
  void namesIgnoreCaseUnlessOneIsWrittenSo() {
    TableSchema schema =
        DeltaSchemas.parse(
            "{\"type\":\"struct\",\"fields\":[{\"name\":\"User\",\"type\":\"string\"}]}");

    assertEquals("User", DeclaredColumns.find(schema.schema(), "user").orElseThrow().getName());
    assertEquals("user", schema.project(List.of("user")).getField(0).getName());
  }

  private static FieldType type(String json) {
    return DeltaSchemas.parse(
            "{\"type\":\"struct\",\"fields\":[{\"name\":\"c\",\"type\":%s}]}".formatted(json))
        .schema()
        .getField("c")
        .getType();
  }
}
