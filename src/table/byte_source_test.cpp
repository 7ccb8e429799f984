#include "table/byte_source.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace forecart {
namespace {

std::string read_all(const std::filesystem::path& path) {
  const auto source = open_bytes(path);
  std::string result;
  std::string block(1000, '\0');
  while (const std::size_t got = source->read(block.data(), block.size())) {
    result.append(block, 0, got);
  }
  return result;
}

std::string sample() {
  std::string result;
  for (int i = 0; i < 20000; ++i) result += std::to_string(i * 7919 % 10007) + "\n";
  return result;
}

std::string zstd(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

void write_gzip(const std::filesystem::path& path, const std::string& text) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

TEST(ByteSource, UnpacksByContentNotByName) {
  const ScratchFolder folder;
  EXPECT_EQ(read_all(folder.write("a.csv", sample())), sample());
  EXPECT_EQ(read_all(folder.write("b.csv", zstd(sample()))), sample());
  EXPECT_EQ(read_all(folder.write("c.csv.zst", zstd("x\n") + zstd("y\n"))), "x\ny\n");
  write_gzip(folder / "d.csv", sample());
  EXPECT_EQ(read_all(folder / "d.csv"), sample());
}

TEST(ByteSource, ACutFileIsAnError) {
  const ScratchFolder folder;
  const std::string packed = zstd(sample());
  const auto half = folder.write("half.zst", packed.substr(0, packed.size() / 2));
  expect_error(ErrorCode::bad_data, "half.zst", [&] { read_all(half); });
  write_gzip(folder / "whole.gz", sample());
  const std::string whole = file_bytes(folder / "whole.gz");
  const auto cut = folder.write("cut.gz", whole.substr(0, whole.size() / 2));
  expect_error(ErrorCode::bad_data, "cut.gz", [&] { read_all(cut); });
}

TEST(ByteSource, EndsWhatUnpacksToFarMoreThanAnyTable) {
  const ScratchFolder folder;
  const std::string piece = zstd(std::string(std::size_t{64} << 20, '7'));
  std::string bomb;
  for (int i = 0; i < 17; ++i) bomb += piece;
  const auto source = open_bytes(folder.write("bomb.csv.zst", bomb));
  std::string block(std::size_t{1} << 20, '\0');
  std::uintmax_t got = 0;
  expect_error(ErrorCode::bad_data, "bomb.csv.zst", [&] {
    for (;;) got += source->read(block.data(), block.size());
  });
  EXPECT_EQ(got, most_unpacked_bytes(bomb.size()));
  EXPECT_EQ(most_unpacked_bytes(std::uintmax_t{1} << 30), std::uintmax_t{200} << 30);
}

TEST(ByteSource, NamesMissingFilesAndFolders) {
  const ScratchFolder folder;
  expect_error(ErrorCode::not_found, "none.csv", [&] { read_all(folder / "none.csv"); });
  expect_error(ErrorCode::unreadable, "folder", [&] { read_all(folder / ""); });
  const auto locked = folder.write("locked.csv", "a\n");
  std::filesystem::permissions(locked, std::filesystem::perms::none);
  if (geteuid() == 0) GTEST_SKIP() << "root may read every file";
  expect_error(ErrorCode::unreadable, "locked.csv", [&] { read_all(locked); });
}

}  // namespace
}  // namespace forecart
