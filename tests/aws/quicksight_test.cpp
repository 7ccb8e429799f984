#include "services/quicksight.h"

#include "on_moto.h"
#include <gmock/gmock.h>

namespace forecart::testing_aws {
namespace {

using testing::EndsWith;

class QuickSightOnMoto : public OnMoto {};

TEST_F(QuickSightOnMoto, TakesSourcesDataSetsIngestionsAndDashboards) {
  QuickSight client(access_, "123456789012");
  const std::string id = unique("q");
  const QuickSightThing source =
      client.put(QuickSightSource{.id = id, .name = "orders", .bucket = "b", .manifest = "m.json"});
  EXPECT_TRUE(source.made);
  EXPECT_THAT(source.arn, EndsWith("datasource/" + id));
  EXPECT_EQ(source.status, "CREATION_SUCCESSFUL");
  const QuickSightThing data_set = client.put(QuickSightDataSet{
      .id = id, .name = "orders", .source = source.arn, .columns = {{"day", "DATETIME"}}});
  EXPECT_THAT(data_set.arn, EndsWith("data-set/" + id));
  const QuickSightIngestion ingestion = client.ingest(id, "i1");
  EXPECT_EQ(ingestion.id, "i1");
  EXPECT_FALSE(ingestion.status.empty());
  const QuickSightThing dashboard =
      client.put_dashboard({.id = id, .name = "orders", .definition = R"({"Sheets":[]})"});
  EXPECT_FALSE(dashboard.arn.empty());
  const auto found = client.dashboard(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->arn, dashboard.arn);
  EXPECT_FALSE(client.dashboard(id + "-other"));
}

}  // namespace
}  // namespace forecart::testing_aws
