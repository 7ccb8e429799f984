#include "store/checksum.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace forecart {
namespace {

constexpr ChecksumKind kAll[]{ChecksumKind::sha256, ChecksumKind::sha1, ChecksumKind::crc64nvme,
                              ChecksumKind::crc32c, ChecksumKind::crc32};

// The check values of the CRC catalogue (0xcbf43926, 0xe3069283, 0xae8b14860a799888), and what
// `printf 123456789 | openssl dgst -sha256 -binary | base64` gives, likewise -sha1.
TEST(Checksum, IsWhatOthersGive) {
  EXPECT_EQ(checksum(ChecksumKind::crc32, "123456789"), "y/Q5Jg==");
  EXPECT_EQ(checksum(ChecksumKind::crc32c, "123456789"), "4waSgw==");
  EXPECT_EQ(checksum(ChecksumKind::crc64nvme, "123456789"), "rosUhgp5mIg=");
  EXPECT_EQ(checksum(ChecksumKind::sha256, "123456789"),
            "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=");
  EXPECT_EQ(checksum(ChecksumKind::sha1, "123456789"), "98O8HYCOBHMq32eZZczDTKeuNEE=");
}

TEST(Checksum, OfAFileIsThatOfItsBytes) {
  const auto path = std::filesystem::temp_directory_path() / std::to_string(getpid());
  const std::string bytes = std::string((1 << 20) + 3, 'x') + "end";
  std::ofstream(path, std::ios::binary) << bytes;
  for (const ChecksumKind kind : kAll) {
    EXPECT_EQ(checksum(kind, path, std::ssize(bytes)), checksum(kind, bytes));
    EXPECT_EQ(checksum(kind, path, 0), checksum(kind, ""));
    EXPECT_THROW(checksum(kind, path, std::ssize(bytes) + 1), Error);
  }
  std::filesystem::remove(path);
}

TEST(Checksum, IsTakenFromAnswersThatTellOneOfTheWholeObject) {
  HttpResponse response{.status = 200, .headers = {}, .body = {}, .failure = {}};
  EXPECT_FALSE(checksum_of(response));
  response.headers = {{"x-amz-checksum-crc32", "y/Q5Jg=="}, {"x-amz-checksum-sha256", "abc="}};
  EXPECT_EQ(checksum_of(response)->kind, ChecksumKind::sha256);
  EXPECT_EQ(checksum_of(response)->value, "abc=");
  response.status = 206;
  EXPECT_FALSE(checksum_of(response)) << "may be that of a part";
  response.status = 200;
  response.headers = {{"x-amz-checksum-crc32", "y/Q5Jg==-2"}};
  EXPECT_FALSE(checksum_of(response)) << "of the checksums of two parts";
  response.headers = {{"x-amz-checksum-crc32", "y/Q5Jg=="}, {"x-amz-checksum-type", "COMPOSITE"}};
  EXPECT_FALSE(checksum_of(response));
  response.headers[1].second = "FULL_OBJECT";
  EXPECT_TRUE(checksum_of(response));
}

}  // namespace
}  // namespace forecart
