#include "store/sealed_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;

const json kRecord{{"name", "a\n  \"seal\": \"b"}, {"counts", {{"rows", 3}, {"seal", "inner"}}}};

TEST(SealedJson, IsWhatWasWrittenWithoutItsSeal) {
  const std::string text = sealed_text(kRecord);
  EXPECT_EQ(seal_of(text), Seal::whole);
  json read = json::parse(text);
  remove_seal(read);
  EXPECT_EQ(read, kRecord);
  EXPECT_EQ(sealed_text(json::parse(text)), text) << "sealing again changes nothing";
}

TEST(SealedJson, ShowsEveryFlippedBit) {
  const std::string text = sealed_text(kRecord);
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(seal_of(damaged), Seal::whole) << "bit " << bit;
  }
}

TEST(SealedJson, OfBeforeThereWereSealsIsToldApart) {
  EXPECT_EQ(seal_of(kRecord.dump(2)), Seal::missing);
  EXPECT_EQ(seal_of(""), Seal::missing);
  EXPECT_EQ(sealed_text(json::array()), "[]\n");
}

}  // namespace
}  // namespace forecart
