#include "ingest/reject.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

TEST(Reject, RowsAreQuotedAndShowForeignBytes) {
  const ScratchFolder folder;
  RejectWriter writer(folder / "r.csv", "a,b.csv");
  writer.write({7, "Price", RejectReason::bad_price, "1,\"x\ny\",z"});
  writer.write({9, "", RejectReason::invalid_utf8,
                "St\xFC"
                "ck"});
  writer.close();
  EXPECT_EQ(file_bytes(folder / "r.csv"),
            "file,line,column,reason,text\n\"a,b.csv\",7,Price,bad_price,\"1,\"\"x\ny\"\",z\"\n"
            "\"a,b.csv\",9,,invalid_utf8,St\\xFCck\n");
}

TEST(Reject, AFullDiskIsNoSpace) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  RejectWriter writer("/dev/full", "f");
  expect_error(ErrorCode::no_space, "/dev/full", [&] { writer.close(); });
  expect_error(ErrorCode::unreadable, "/none", [] { RejectWriter("/none/r.csv", "f"); });
}

}  // namespace
}  // namespace forecart
