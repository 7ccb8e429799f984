#include "base/error.h"
#include "base/hash.h"
#include "store/parts.h"
#include "store/retry.h"
#include "store/s3_settings.h"
#include "store/s3_xml.h"
#include "store/work_folder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class Folder : public testing::Test {
 protected:
  Folder() : root_(fs::temp_directory_path() / ("forecart-parts-" + std::to_string(getpid()))) {
    fs::create_directories(root_);
  }
  ~Folder() override { fs::remove_all(root_); }
  fs::path root_;
};

TEST(Parts, CoverAFileWithoutOverlap) {
  for (const std::int64_t size : {0, 1, 9, 10, 11, 20, 25}) {
    const auto parts = file_parts("f", size, 10);
    std::int64_t end = 0;
    for (const FileRange& part : parts) {
      EXPECT_EQ(part.offset, end);
      end += part.size;
      EXPECT_LE(part.size, 10);
    }
    EXPECT_EQ(end, size);
    EXPECT_EQ(parts.size(), static_cast<std::size_t>(std::max<std::int64_t>(1, (size + 9) / 10)));
  }
}

TEST(Parts, AreNeverMoreThanTenThousand) {
  constexpr std::int64_t kMega = 1 << 20;
  EXPECT_EQ(part_size(1, 16 * kMega), 16 * kMega);
  EXPECT_EQ(part_size(160000 * kMega, 16 * kMega), 16 * kMega);
  EXPECT_EQ(part_size(160000 * kMega + 1, 16 * kMega), 17 * kMega);
  EXPECT_EQ(part_size(5 * kMega * kMega, 16 * kMega), 525 * kMega);
}

TEST_F(Folder, PartsAreHashed) {
  std::ofstream(root_ / "f") << "0123456789abc";
  const auto hashes = hash_parts(file_parts(root_ / "f", 13, 5), 2);
  EXPECT_EQ(hashes, (std::vector<std::string>{sha256("01234"), sha256("56789"), sha256("abc")}));
  EXPECT_EQ(hash_of_parts(hashes), sha256(hashes[0] + hashes[1] + hashes[2]));
  EXPECT_THROW(hash_parts(file_parts(root_ / "f", 14, 5), 2), Error)
      << "the file has become shorter";
  EXPECT_THROW(hash_parts(file_parts(root_ / "none", 1, 5), 2), Error);
}

TEST_F(Folder, WorkGoesWithItsOwner) {
  fs::path first;
  {
    const WorkFolder work(root_);
    first = work.path();
    const fs::path file = work.new_file();
    EXPECT_NE(file, work.new_file());
    std::ofstream(file) << "x";
    const WorkFolder other(root_);
    EXPECT_NE(other.path(), first);
    EXPECT_TRUE(fs::exists(file)) << "others leave it alone as long as it is used";
  }
  EXPECT_FALSE(fs::exists(first));
}

TEST_F(Folder, WhatAKilledProcessLeftIsSweptAway) {
  const pid_t child = fork();
  if (child == 0) {
    const WorkFolder work(root_);
    std::ofstream(work.new_file()) << "x";
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const auto folders = [&] {
    std::size_t count = 0;
    for (const auto& entry :
         fs::directory_iterator(root_ / ("forecart-" + std::to_string(getuid())))) {
      count += entry.is_directory() ? 1 : 0;
    }
    return count;
  };
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(folders(), 1U);
  const WorkFolder next(root_);
  EXPECT_EQ(folders(), 1U);
  EXPECT_TRUE(fs::exists(next.path()));
}

TEST_F(Folder, AFolderOfSomebodyElseIsRefused) {
  fs::create_directory(root_ / "elsewhere");
  fs::create_directory_symlink(root_ / "elsewhere",
                               root_ / ("forecart-" + std::to_string(getuid())));
  EXPECT_THROW(WorkFolder{root_}, Error);
}

TEST(RetryTimes, DoubleUpToABoundAndEndAtTheDeadline) {
  EXPECT_EQ(longest_wait(1).count(), 50);
  EXPECT_EQ(longest_wait(3).count(), 200);
  EXPECT_EQ(longest_wait(100).count(), 5000);
  Retry retry(std::chrono::milliseconds(120));
  const auto start = Retry::Clock::now();
  while (retry.wait()) {
  }
  EXPECT_LE(Retry::Clock::now() - start, std::chrono::milliseconds(500));
  EXPECT_GT(retry.tries(), 1);
  EXPECT_EQ(retry.left(), std::chrono::seconds(1));
}

TEST(S3Xml, ReadsPages) {
  const S3Page page = parse_s3_page(
      "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"x\"><EncodingType>url</EncodingType>"
      "<IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;1</NextContinuationToken>"
      "<Contents><Key>a%20b+c%2B</Key><LastModified>2026-04-12T08:30:15.123Z</LastModified>"
      "<ETag>&quot;abc&quot;</ETag><Size>5368709120</Size></Contents></ListBucketResult>");
  ASSERT_EQ(page.objects.size(), 1U);
  EXPECT_EQ(page.objects[0].key, "a b c+");
  EXPECT_EQ(page.objects[0].size, std::int64_t{5} << 30);
  EXPECT_EQ(page.objects[0].version, "abc");
  EXPECT_EQ(page.objects[0].modified, parse_instant("2026-04-12T08:30:15.123Z", TimeZone()));
  EXPECT_EQ(page.next, "t&1");
  EXPECT_EQ(
      parse_s3_page("<ListBucketResult><Contents><Key>a+b%20</Key><Size>1</Size><LastModified>"
                    "2026-04-12T08:30:15Z</LastModified></Contents></ListBucketResult>")
          .objects[0]
          .key,
      "a+b%20")
      << "not encoded";
}

TEST(S3Xml, RefusesPagesThatAreNone) {
  for (const auto* text :
       {"", "<", "<html/>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents/></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>"}) {
    EXPECT_THROW(parse_s3_page(text), Error) << text;
  }
  EXPECT_THROW(parse_upload_id("<InitiateMultipartUploadResult/>"), Error);
}

TEST(S3Xml, ReadsErrorsAndWritesParts) {
  EXPECT_EQ(parse_s3_error("<Error><Code>NoSuchKey</Code></Error>").code, "NoSuchKey");
  EXPECT_EQ(parse_s3_error("not xml").code, "");
  EXPECT_EQ(
      completed_parts({"a", "b&"}),
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part>"
      "<Part><PartNumber>2</PartNumber><ETag>\"b&amp;\"</ETag></Part></CompleteMultipartUpload>");
  EXPECT_EQ(unquoted("\"a\""), "a");
  EXPECT_EQ(unquoted("W/\"a\""), "a");
  EXPECT_EQ(unquoted("\""), "\"");
}

Environment made_of(std::map<std::string, std::string> values) {
  values["AWS_CONFIG_FILE"] = values["AWS_SHARED_CREDENTIALS_FILE"] = "/nowhere";
  return [values](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(S3SettingsOf, TheEnvironment) {
  const S3Settings plain = s3_settings(made_of({}));
  EXPECT_FALSE(plain.endpoint);
  EXPECT_FALSE(plain.path_style);
  EXPECT_EQ(plain.region, "us-east-1");
  const S3Settings full = s3_settings(made_of({{"AWS_ENDPOINT_URL", "http://h:1"},
                                               {"AWS_REGION", "eu-west-1"},
                                               {"FORECART_S3_KMS_KEY", "key"},
                                               {"FORECART_S3_DEADLINE", "5"},
                                               {"FORECART_S3_PART_BYTES", "5242880"},
                                               {"FORECART_S3_PARALLEL", "8"}}));
  EXPECT_EQ(full.endpoint->host, "h:1");
  EXPECT_TRUE(full.path_style);
  EXPECT_EQ(full.encryption, "aws:kms");
  EXPECT_EQ(full.deadline, std::chrono::seconds(5));
  EXPECT_EQ(full.part_bytes, 5 << 20);
  EXPECT_EQ(full.parallel, 8U);
  EXPECT_FALSE(s3_settings(made_of({{"AWS_ENDPOINT_URL", "http://h"},
                                    {"FORECART_S3_ADDRESSING", "virtual"}}))
                   .path_style);
}

TEST(S3SettingsOf, TheEnvironmentAreChecked) {
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"FORECART_S3_DEADLINE", "0"},
                                          {"FORECART_S3_PART_BYTES", "1000"},
                                          {"FORECART_S3_PARALLEL", "x"},
                                          {"FORECART_S3_SSE", "rot13"},
                                          {"FORECART_S3_ADDRESSING", "up"},
                                          {"AWS_ENDPOINT_URL", "minio:9000"}}) {
    EXPECT_THROW(s3_settings(made_of({{name, value}})), Error) << name;
  }
}

}  // namespace
}  // namespace forecart
