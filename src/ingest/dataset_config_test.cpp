#include "ingest/dataset_config.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"
#include "table/utf8.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

DatasetConfig full_config() {
  DatasetConfig config;
  config.columns = {"Order ID", "Order \"Date\"", "Product", "Qty", "Price", "", "Kunde\n", "Ort"};
  config.time_zone = "Europe/Berlin";
  config.date_order = DateOrder::dmy;
  config.holidays = "DE,AT";
  config.currency = "EUR";
  config.dimensions = {{"zeta", "upper(\"Ort\")"}, {"city", "split_part(\"Ort\", ', ', 2)"}};
  config.returns = ReturnPolicy::drop;
  config.credit_prefix = "C";
  config.csv = {';', '\0', false};
  config.decimal = DecimalMark::comma;
  config.panels = {{"daily", {"city", "product"}, Measure::revenue, Frequency::parse("D"), 28},
                   {"weekly", {}, Measure::orders, Frequency::parse("W-SUN"), 8}};
  config.inputs = {{"prices.csv", InputKind::price, {"price"}, {"cost"}, {}, {"daily"}},
                   {"items.csv", InputKind::attributes, {}, {}, {"weight", "colour"}, {}},
                   {"a/open.csv", InputKind::calendar, {}, {}, {}, {}}};
  config.find_closed = false;
  config.automation = {.scheduled = true, .schedule = "0 6 * * MON-FRI", .priority = -3};
  config.publish_report = true;
  config.publish_quicksight = true;
  config.outliers = OutlierPolicy::show;
  config.alerts = {{AlertKind::no_data, "daily", 5},
                   {AlertKind::error_above_band, "", 3, 0.25},
                   {AlertKind::coverage_drift, "weekly", 3, 0.5, 0.05},
                   {AlertKind::rejects_above, "", 3, 0.01}};
  config.alert_sinks = {.webhook = "https://hooks.example.org/a?b=c",
                        .webhook_secret_env = "HOOK_SECRET",
                        .mail_to = {"ops@example.org", "shop@example.org"},
                        .mail_from = "forecart@example.org",
                        .smtp = "smtp://mail.example.org:587",
                        .smtp_user_env = "SMTP_USER",
                        .smtp_password_env = "SMTP_PASSWORD",
                        .sns_topic = "arn:aws:sns:eu-central-1:123456789012:alerts"};
  return config;
}

TEST(DatasetConfig, IsWrittenAndReadBack) {
  const ScratchFolder folder;
  for (const DatasetConfig& config : {full_config(), DatasetConfig{}}) {
    write_dataset_config(config, folder / "dataset.toml");
    EXPECT_EQ(read_dataset_config(folder / "dataset.toml"), config) << to_toml(config);
  }
}

RC_GTEST_PROP(DatasetConfig, AnyTextComesBack, (const std::string& time, const std::string& sql)) {
  DatasetConfig config;
  config.columns.time = escape_invalid_utf8(time);
  config.dimensions = {{"x", "a" + escape_invalid_utf8(sql)}};
  RC_ASSERT(parse_dataset_config(to_toml(config), "t") == config);
}

TEST(DatasetConfig, IsClosed) {
  const auto refuse = [](ErrorCode code, const char* word, const char* toml) {
    SCOPED_TRACE(toml);
    expect_error(code, word, [&] { parse_dataset_config(toml, "dataset.toml"); });
  };
  refuse(ErrorCode::unknown_name, "known are: version, time_zone", "[colums]\n");
  refuse(ErrorCode::unknown_name, "line 3", "\n[columns]\ntme = 'x'\n");
  refuse(ErrorCode::unknown_name, "line 2", "[[input]]\nfiel = 'x'\n");
  refuse(ErrorCode::unknown_name, "use one of regressor, price", "[[input]]\nkind = 'x'\n");
  refuse(ErrorCode::invalid_value, "no path below", "[[input]]\nfile = '../x'\nkind = 'stock'\n");
  refuse(ErrorCode::invalid_value, "names no column", "[[input]]\nfile = 'x'\n");
  refuse(ErrorCode::invalid_value, "takes neither",
         "[[input]]\nfile = 'x'\nkind = 'holidays'\nfuture = ['a']\n");
  refuse(ErrorCode::unknown_name, "panel 'p'",
         "[[input]]\nfile = 'x'\nkind = 'stock'\npanels = ['p']\n");
  refuse(ErrorCode::invalid_value, "must be a list of columns",
         "[[input]]\nfile = 'x'\nfuture = [1]\n");
  refuse(ErrorCode::invalid_value, "use \"find\" or \"given\"", "[demand]\nclosed = 'x'\n");
  refuse(ErrorCode::unknown_name, "find, show, none", "[demand]\noutliers = 'x'\n");
  refuse(ErrorCode::unknown_name, "unit_price", "[columns]\nprice = 'x'\n");
  refuse(ErrorCode::unknown_name, "lines, orders, units, revenue", "[[panel]]\nmeasure = 'line'\n");
  refuse(ErrorCode::unknown_name, "Mars/Phobos", "time_zone = 'Mars/Phobos'\n");
  refuse(ErrorCode::unknown_name, "region", "[[panel]]\nname = 'a'\nby = ['region']\n");
  refuse(ErrorCode::unknown_name, "keep, drop, net", "[returns]\npolicy = 'ignore'\n");
  refuse(ErrorCode::unknown_name, "mdy, dmy or ymd", "date_order = 'american'\n");
  refuse(ErrorCode::invalid_value, "line 2", "[csv]\ndelimiter = ';;'\n");
  refuse(ErrorCode::invalid_value, "true or false", "[csv]\nheader = 'yes'\n");
  refuse(ErrorCode::invalid_value, "horizon", "[[panel]]\nname = 'a'\nhorizon = 0\n");
  refuse(ErrorCode::invalid_value, "frequency", "[[panel]]\nname = 'a'\nfrequency = 'fortnight'\n");
  refuse(ErrorCode::invalid_value, "twice", "[[panel]]\nname = 'a'\n[[panel]]\nname = 'a'\n");
  refuse(ErrorCode::invalid_value, "another name", "[dimensions]\nproduct = 'upper(a)'\n");
  refuse(ErrorCode::invalid_value, "another name", "[dimensions]\nProduct = 'upper(a)'\n");
  refuse(ErrorCode::invalid_value, "twice", "[dimensions]\ncity = 'a'\nCity = 'b'\n");
  refuse(ErrorCode::invalid_value, "[[panel]]", "panel = [1]\n");
  refuse(ErrorCode::unknown_name, "line 2: holidays: no holidays are known of the country 'XX'",
         "\nholidays = 'XX'\n");
  refuse(ErrorCode::unknown_name, "country 'YY'", "holidays = ['DE', 'YY']\n");
  refuse(ErrorCode::invalid_value, "a list of countries", "holidays = ['DE', 7]\n");
  refuse(ErrorCode::invalid_value, "must be text", "holidays = 7\n");
  refuse(ErrorCode::invalid_value, "line 2: currency: 'usd' is no currency",
         "\ncurrency = 'usd'\n");
  refuse(ErrorCode::invalid_value, "ISO 4217", "currency = 'EURO'\n");
  refuse(ErrorCode::bad_data, "line 1", "version = \n");
  refuse(ErrorCode::newer_version, "version 2", "version = 2\n");
}

TEST(DatasetConfig, TheCurrencyChangesNeitherForecastsNorCleaning) {
  DatasetConfig config = full_config();
  config.currency.clear();
  const DatasetConfig euros = full_config();
  EXPECT_NE(euros, config);
  EXPECT_EQ(what_forecasts_depend_on(euros), what_forecasts_depend_on(config));
  EXPECT_EQ(to_toml(what_cleaning_depends_on(euros)), to_toml(what_cleaning_depends_on(config)));
}

/// A panel cut by city and product, with more lines.
std::string panel_with(const std::string& lines) {
  return "[columns]\ntime = \"t\"\n[dimensions]\ncity = \"City\"\n[[panel]]\nname = \"p\"\n"
         "by = [\"city\", \"product\"]\nfrequency = \"D\"\n" +
         lines;
}

TEST(DatasetConfig, HasHierarchies) {
  const DatasetConfig config = parse_dataset_config(
      panel_with("measure = \"units\"\nhierarchy = \"auto\"\nlevels = [\"Total\", \"City\"]\n"),
      "x");
  EXPECT_EQ(config.panels[0].hierarchy, "auto");
  EXPECT_EQ(config.panels[0].levels, (std::vector<std::string>{"Total", "City"}));
  EXPECT_EQ(parse_dataset_config(to_toml(config), "x"), config);
  const auto refuse = [](ErrorCode code, const char* word, const std::string& toml) {
    SCOPED_TRACE(toml);
    expect_error(code, word, [&] { parse_dataset_config(toml, "dataset.toml"); });
  };
  refuse(ErrorCode::invalid_value, "add hierarchy", panel_with("levels = [\"total\"]\n"));
  refuse(ErrorCode::invalid_value, "must be text", panel_with("hierarchy = 1\n"));
  refuse(ErrorCode::unknown_name, "not cut by 'shop'",
         panel_with("hierarchy = \"ols\"\nlevels = [\"city/shop\"]\n"));
  refuse(ErrorCode::invalid_value, "the total alone",
         "[[panel]]\nname = \"p\"\nhierarchy = \"ols\"\n");
  const std::string orders = panel_with("measure = \"orders\"\nhierarchy = \"ols\"\n");
  refuse(ErrorCode::invalid_value, "panel 'p': measure 'orders' does not add up", orders);
  refuse(ErrorCode::invalid_value, "use lines, units or revenue", orders);
}

TEST(DatasetConfig, TakesHolidaysOfOneCountryOrSeveral) {
  EXPECT_EQ(parse_dataset_config("holidays = 'US'\n", "t").holidays, "US");
  EXPECT_EQ(parse_dataset_config("holidays = ['DE', 'AT']\n", "t").holidays, "DE,AT");
  EXPECT_EQ(parse_dataset_config("holidays = ''\n", "t").holidays, "");
  EXPECT_EQ(parse_dataset_config("holidays = []\n", "t").holidays, "");
}

TEST(DatasetConfig, AbsentKeysKeepTheirDefaults) {
  EXPECT_EQ(parse_dataset_config("", "t"), DatasetConfig{});
  EXPECT_EQ(parse_dataset_config("[columns]\ntime = 't'\n", "t").columns.time, "t");
}

TEST(DatasetConfig, AutomationThatCannotBeIsRefused) {
  for (const char* text : {"run = \"never\"", "run = \"schedule\"", "schedule = \"6 o'clock\"",
                           "priority = 1.5", "priority = 10000000", "shedule = \"\""}) {
    const std::string toml = std::string("[automation]\n") + text;
    EXPECT_THROW(parse_dataset_config(toml, "t"), Error) << text;
  }
  EXPECT_FALSE(parse_dataset_config("", "t").automation.scheduled);
}

TEST(DatasetConfig, ReportsAreWantedOrNot) {
  EXPECT_FALSE(parse_dataset_config("", "t").publish_report);
  EXPECT_FALSE(parse_dataset_config("", "t").publish_quicksight);
  const DatasetConfig wanted =
      parse_dataset_config("[report]\npublish = true\n[quicksight]\npublish = true", "t");
  EXPECT_TRUE(wanted.publish_report);
  EXPECT_TRUE(wanted.publish_quicksight);
  EXPECT_EQ(what_forecasts_depend_on(wanted), what_forecasts_depend_on({}));
  EXPECT_EQ(what_cleaning_depends_on(wanted), what_cleaning_depends_on({}));
  for (const char* text : {"publish = \"yes\"", "publsh = true", "publish = 1"}) {
    try {
      parse_dataset_config(std::string("[report]\n") + text, "t");
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("publish")) << text;
    }
  }
}

TEST(DatasetConfig, AlertsThatCannotBeAreRefused) {
  for (const char* text :
       {"[[alert]]", "[[alert]]\nkind = \"loud\"", "[[alert]]\nkind = \"no_data\"\nbuckets = 0",
        "[[alert]]\nkind = \"rejects_above\"\nshare = 1.5",
        "[[alert]]\nkind = \"no_data\"\npanel = \"none\"", "[[alert]]\nkind = \"no_data\"\nx = 1",
        "[alerts]\nwebhook = \"http://hooks.example.org/a\"",
        "[alerts]\nwebhook = \"http://127.0.0.1.example.org/a\"",
        "[alerts]\nwebhook = \"http://127.0.0.1:80@example.org/a\"",
        "[alerts]\nwebhook = \"ftp://x\"", "[alerts]\nmail_to = [\"a@b.org\\nBcc: c@d.org\"]",
        "[alerts]\nmail_to = [\"a@b.org\"]\nmail_from = \"c@d.org\"",
        "[alerts]\nsns_topic = \"alerts\""}) {
    EXPECT_THROW(parse_dataset_config(text, "t"), Error) << text;
  }
  for (const char* hook : {"http://localhost:8000/", "http://127.0.0.1/x", "http://[::1]:80/x"}) {
    const auto config =
        parse_dataset_config(std::string("[alerts]\nwebhook = \"") + hook + "\"", "t");
    EXPECT_EQ(config.alert_sinks.webhook, hook);
  }
  EXPECT_EQ(parse_dataset_config("[[alert]]\nkind = \"rejects_above\"\nshare = 1", "t").alerts,
            (std::vector<AlertRule>{{AlertKind::rejects_above, "", 3, 1.0}}));
}

}  // namespace
}  // namespace forecart
