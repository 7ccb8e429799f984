#include "base/work_file.h"
#include "server/test_api.h"
#include "server/transfer_delivery.h"
#include "store/failing_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <thread>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The routes over a store that fails when it is told to.
class TransferRoutesTest : public testing::Test {
 protected:
  TransferRoutesTest() {
    Repository::wrap_stores([this](std::unique_ptr<ObjectStore> store) {
      auto failing = std::make_unique<FailingStore>(std::move(store), FailurePlan{});
      store_ = failing.get();
      return failing;
    });
    scene = std::make_unique<ApiScene>();
    Repository::wrap_stores(nullptr);
    analyst = scene->token_of("analyst");
  }

  Answer ask(const std::string& method, const std::string& target, NamedValues headers = {}) const {
    headers.emplace_back("authorization", "Bearer " + analyst);
    return scene->table.answer(ApiScene::request(method, target, std::move(headers)));
  }
  static std::string header(const Answer& answer, const std::string& name) {
    for (const auto& [known, value] : answer.headers) {
      if (known == name) return value;
    }
    return {};
  }
  std::string begin(std::size_t bytes) const {
    const Answer begun = ask("POST", kRoom,
                             {{"upload-length", std::to_string(bytes)},
                              {"upload-metadata", "filename YXByaWwuY3N2"}});  // april.csv
    EXPECT_EQ(begun.status, 201) << begun.body;
    return header(begun, "location");
  }
  Answer piece(const std::string& place, const std::string& offset,
               const std::string& bytes) const {
    Request request = ApiScene::request("PATCH", place,
                                        {{"authorization", "Bearer " + analyst},
                                         {"content-type", "application/offset+octet-stream"},
                                         {"upload-offset", offset}});
    const auto file = std::make_shared<WorkFile>(scene->shop.beside(""), ".part");
    std::ofstream(file->path(), std::ios::binary) << bytes;
    request.file = file;
    request.file_bytes = std::ssize(bytes);
    return scene->table.answer(request);
  }
  /// Whole, and not in the inbox, because the store was away.
  std::string strand() {
    const std::string place = begin(10);
    EXPECT_EQ(piece(place, "0", "a,b\n1,").status, 204);
    store_->follow({.every = 1, .writes_only = true});
    const Answer last = piece(place, "6", "2\n3,");
    EXPECT_EQ(last.status, 503) << last.body;
    EXPECT_EQ(header(last, "upload-offset"), "");
    EXPECT_EQ(header(last, "tus-resumable"), "1.0.0");
    return place;
  }
  std::vector<std::string> inbox() const { return scene->repository.store().list("inbox/orders/"); }
  std::vector<std::string> told_of(const std::string& what) const {
    std::vector<std::string> on;
    for (const AuditEntry& entry :
         scene->access.audit().read({.from = {}, .to = Instant::max(), .most = 100})) {
      if (entry.what == what) on.push_back(entry.on);
    }
    return on;
  }

  static constexpr const char* kRoom = "/api/v1/datasets/orders/transfers";
  FailingStore* store_ = nullptr;
  std::unique_ptr<ApiScene> scene;
  std::string analyst;
};

TEST_F(TransferRoutesTest, WhatIsWholeIsHandedOverWhenItIsAskedFor) {
  const std::string place = strand();
  EXPECT_EQ(ask("HEAD", place).status, 423) << "nobody may take it for done";
  EXPECT_EQ(header(ask("HEAD", place), "upload-offset"), "");
  EXPECT_NE(header(ask("HEAD", place), "retry-after"), "");
  EXPECT_EQ(piece(place, "10", "").status, 503);
  EXPECT_THAT(inbox(), IsEmpty());
  store_->follow({});
  const Answer now = ask("HEAD", place);
  EXPECT_EQ(now.status, 200) << now.body;
  EXPECT_EQ(header(now, "upload-offset"), "10");
  ASSERT_THAT(inbox(), SizeIs(1));
  EXPECT_EQ(scene->repository.store().read(inbox()[0]), "a,b\n1,2\n3,");
  EXPECT_EQ(header(ask("HEAD", place), "upload-offset"), "10") << "for who did not hear of it";
  EXPECT_EQ(piece(place, "10", "").status, 204);
  EXPECT_EQ(piece(place, "0", "a").status, 409);
  EXPECT_EQ(ask("DELETE", place).status, 204);
  EXPECT_EQ(ask("HEAD", place).status, 404);
}

TEST_F(TransferRoutesTest, APieceThatComesAgainHandsItOver) {
  const std::string place = strand();
  store_->follow({});
  EXPECT_EQ(piece(place, "10", "").status, 204);
  EXPECT_THAT(inbox(), SizeIs(1));
}

/// The process that took the last piece is gone, and nobody asks.
TEST_F(TransferRoutesTest, WhatIsWholeIsHandedOverByItself) {
  strand();
  Transfers after(scene->repository.store().lasting_folder() / "transfers");
  EXPECT_THAT(after.undelivered(), SizeIs(1));
  RouteServices services = scene->services;
  services.transfers = &after;
  std::ostringstream lines;
  {
    Log log({}, lines);
    const TransferKeeper keeper(services, log, std::chrono::milliseconds(10));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_THAT(inbox(), IsEmpty());
  EXPECT_THAT(lines.str(), HasSubstr("could not be put into the inbox"));
  EXPECT_THAT(lines.str(), testing::Not(HasSubstr("april")));
  store_->follow({});
  const TransferKeeper keeper(services, scene->log, std::chrono::milliseconds(10));
  for (int i = 0; i < 500 && !after.undelivered().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_THAT(inbox(), SizeIs(1));
  EXPECT_THAT(after.undelivered(), IsEmpty());
}

TEST_F(TransferRoutesTest, WhatIsNoTableIsRefusedAndGone) {
  const std::string place = begin(8);
  EXPECT_EQ(piece(place, "0", std::string("\0\1\2\3\0\5\6\7", 8)).status, 422);
  EXPECT_EQ(ask("HEAD", place).status, 404);
  EXPECT_THAT(inbox(), IsEmpty());
}

TEST_F(TransferRoutesTest, TheAuditTellsOfFilesAndNotOfPieces) {
  const std::string file = "a,b\n1,2\n";
  const std::string place = begin(file.size());
  for (std::size_t i = 0; i < file.size(); ++i) {
    EXPECT_EQ(piece(place, std::to_string(i), file.substr(i, 1)).status, 204);
  }
  ask("DELETE", begin(10));
  EXPECT_THAT(told_of("file.begin"), testing::ElementsAre("orders", "orders"));
  EXPECT_THAT(told_of("file.upload"), testing::ElementsAre("orders/april.csv"));
  EXPECT_THAT(told_of("file.delete"), SizeIs(1));
}

TEST_F(TransferRoutesTest, TellsWhatItSpeaks) {
  const Answer spoken = ask("OPTIONS", kRoom);
  EXPECT_EQ(spoken.status, 204);
  EXPECT_EQ(header(spoken, "tus-version"), "1.0.0");
  EXPECT_EQ(header(spoken, "tus-extension"), "creation,termination");
  EXPECT_EQ(header(spoken, "tus-max-size"), std::to_string(scene->services.most_upload_bytes));
  for (const Answer& answer : {spoken, ask("POST", kRoom), ask("HEAD", std::string(kRoom) + "/abc"),
                               ask("PATCH", std::string(kRoom) + "/abc?x=1"),
                               scene->table.answer(ApiScene::request("POST", kRoom))}) {
    EXPECT_EQ(header(answer, "tus-resumable"), "1.0.0") << answer.body;
  }
}

}  // namespace
}  // namespace forecart
