#include "store/location.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

TEST(StoreLocation, TellsFoldersFromBuckets) {
  const StoreLocation folder = std::filesystem::path("shop/data");
  EXPECT_TRUE(folder.is_local());
  EXPECT_EQ(folder.folder(), "shop/data");
  const StoreLocation whole = "s3://my.bucket-1";
  EXPECT_FALSE(whole.is_local());
  EXPECT_EQ(whole.bucket(), "my.bucket-1");
  EXPECT_EQ(whole.prefix(), "");
  EXPECT_EQ(whole.text(), "s3://my.bucket-1");
  const StoreLocation below = std::filesystem::path("s3://bucket/shop/eu/");
  EXPECT_EQ(below.bucket(), "bucket");
  EXPECT_EQ(below.prefix(), "shop/eu");
  EXPECT_EQ(below.text(), "s3://bucket/shop/eu");
  EXPECT_EQ(below, StoreLocation("s3://bucket/shop/eu"));
  EXPECT_TRUE(StoreLocation().empty());
}

TEST(StoreLocation, RefusesWhatCannotBeABucketOrAPrefix) {
  for (const auto* text :
       {"s3://", "s3:///x", "s3://ab", "s3://Bucket", "s3://a_b_c", "s3://a..b", "s3://-abc",
        "s3://bucket//x", "s3://bucket/a/../b", "s3://bucket/a//b"}) {
    EXPECT_THROW(StoreLocation{text}, Error) << text;
  }
}

}  // namespace
}  // namespace forecart
