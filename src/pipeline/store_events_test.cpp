#include "pipeline/store_events.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

json record(const std::string& source, const std::string& name, const std::string& key) {
  return {{"eventSource", source},
          {"eventName", name},
          {"s3",
           {{"bucket", {{"name", "shop"}}},
            {"object", {{"key", key}, {"eTag", "e1"}, {"versionId", "v1"}}}}}};
}

TEST(StoreEvents, AmazonsKeysAreFormEncoded) {
  const json notice{
      {"Records", {record("aws:s3", "ObjectCreated:Put", "p/inbox/orders/a+b%2Bc%C3%A9.csv")}}};
  EXPECT_THAT(parse_store_events(notice.dump()),
              ElementsAre(StoreEvent{"shop", "p/inbox/orders/a b+cé.csv", "v1", "e1"}));
}

TEST(StoreEvents, CephsKeysAreAsTheyAre) {
  const json notice{{"Records", {record("ceph:s3", "ObjectCreated:Put", "inbox/o/a+b%20.csv")}}};
  EXPECT_THAT(parse_store_events(notice.dump()),
              ElementsAre(StoreEvent{"shop", "inbox/o/a+b%20.csv", "v1", "e1"}));
}

TEST(StoreEvents, OnlyWhatWasMadeIsTold) {
  const json notice{{"Records",
                     {record("aws:s3", "ObjectRemoved:Delete", "a"),
                      record("minio:s3", "s3:ObjectCreated:CompleteMultipartUpload", "b")}}};
  const auto events = parse_store_events(notice.dump());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().key, "b");
}

TEST(StoreEvents, SnsWrapsThem) {
  const json inner{{"Records", {record("aws:s3", "ObjectCreated:Post", "k")}}};
  const json notice{{"Type", "Notification"}, {"Message", inner.dump()}};
  EXPECT_EQ(parse_store_events(notice.dump()).size(), 1U);
  EXPECT_THAT(parse_store_events(R"({"Type":"SubscriptionConfirmation"})"), IsEmpty());
}

TEST(StoreEvents, EventBridgesForm) {
  const json notice{
      {"source", "aws.s3"},
      {"detail-type", "Object Created"},
      {"detail", {{"bucket", {{"name", "shop"}}}, {"object", {{"key", "a+b"}, {"etag", "e"}}}}}};
  EXPECT_THAT(parse_store_events(notice.dump()), ElementsAre(StoreEvent{"shop", "a+b", "", "e"}));
}

TEST(StoreEvents, TestsOfTheServiceAreNothing) {
  EXPECT_THAT(parse_store_events(R"({"Service":"Amazon S3","Event":"s3:TestEvent"})"), IsEmpty());
}

TEST(StoreEvents, WhatIsNoneIsRefused) {
  for (const char* text : {"", "x", "[]", "{}", R"({"Records":1})", R"({"Type":"Notification"})",
                           R"({"Records":[{"eventName":"ObjectCreated:Put","s3":3}]})"}) {
    EXPECT_THROW(parse_store_events(text), Error) << text;
  }
}

TEST(StoreEvents, TheInboxBelowThePrefix) {
  const StoreLocation there("s3://shop/p");
  EXPECT_EQ(inbox_of({"shop", "p/inbox/orders/x/a.csv", "", ""}, there), "orders");
  for (const StoreEvent& other :
       {StoreEvent{"other", "p/inbox/orders/a.csv", "", ""},
        StoreEvent{"shop", "inbox/orders/a.csv", "", ""},
        StoreEvent{"shop", "p/inbox/orders", "", ""},
        StoreEvent{"shop", "p/inbox/orders/a.csv.part", "", ""},
        StoreEvent{"shop", "p/inbox/../a.csv", "", ""}, StoreEvent{"shop", "p/raw/abc", "", ""}}) {
    EXPECT_FALSE(inbox_of(other, there)) << other.key;
  }
  EXPECT_EQ(inbox_of({"shop", "inbox/orders/a.csv", "", ""}, "s3://shop"), "orders");
  EXPECT_FALSE(inbox_of({"shop", "inbox/orders/a.csv", "", ""}, "shop"));
}

}  // namespace
}  // namespace forecart
