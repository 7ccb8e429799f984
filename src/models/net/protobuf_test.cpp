#include "models/net/protobuf.h"

#include <gtest/gtest.h>

namespace forecart::net {
namespace {

// Examples of https://protobuf.dev/programming-guides/encoding/
TEST(Protobuf, WritesTheExamplesOfItsSpecification) {
  ProtobufWriter number;
  number.add(1, 150);
  EXPECT_EQ(number.bytes(), "\x08\x96\x01");
  ProtobufWriter text;
  text.add(2, "testing");
  EXPECT_EQ(text.bytes(), "\x12\x07testing");
  ProtobufWriter outer;
  outer.add(3, number);
  EXPECT_EQ(outer.bytes(), "\x1a\x03\x08\x96\x01");
  ProtobufWriter minus_two;
  minus_two.add(1, -2);
  EXPECT_EQ(minus_two.bytes(), "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(Protobuf, LargeFieldsAndLengthsTakeSeveralBytes) {
  ProtobufWriter writer;
  writer.add(16, std::string(300, 'x'));
  EXPECT_EQ(writer.bytes().substr(0, 4), "\x82\x01\xac\x02");
  EXPECT_EQ(writer.bytes().size(), 304U);
}

}  // namespace
}  // namespace forecart::net
