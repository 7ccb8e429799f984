#include "ingest/alert_toml.h"
#include "ingest/dataset_config.h"
#include "ingest/toml_text.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

namespace {

std::string columns_toml(const ColumnMapping& columns) {
  std::string result =
      "\n# Which column of the order files plays which part; \"\" for none.\n[columns]\n";
  result += key_line("time", toml_text(columns.time), "when it was ordered; the only one needed");
  result +=
      key_line("order_id", toml_text(columns.order_id), "lines with the same id are one order");
  result += key_line("product", toml_text(columns.product), "what was ordered");
  result += key_line("quantity", toml_text(columns.quantity), "units of the line; without it 1");
  result += key_line("unit_price", toml_text(columns.unit_price), "price of one unit");
  result +=
      key_line("revenue", toml_text(columns.revenue), "of the line; else quantity * unit_price");
  result += key_line("customer", toml_text(columns.customer), "who ordered");
  return result +
         key_line("place", toml_text(columns.place), "where it was ordered from or goes to");
}

std::string dimensions_toml(const std::vector<Dimension>& dimensions) {
  std::string result =
      "\n# Further columns to cut panels by: SQL expressions over the columns of the files,\n"
      "# for example country = '\"Country\"'.\n[dimensions]\n";
  for (const Dimension& dimension : dimensions) {
    result += fmt::format("{} = {}\n", toml_text(dimension.name), toml_text(dimension.expression));
  }
  return result;
}

std::string csv_toml(const DatasetConfig& config) {
  const CsvOptions& csv = config.csv;
  const std::string delimiter = csv.delimiter ? std::string(1, *csv.delimiter) : "auto";
  const std::string quote = csv.quote == '\0' ? "" : std::string(1, csv.quote);
  const std::string decimal = !config.decimal                         ? "auto"
                              : *config.decimal == DecimalMark::point ? "."
                                                                      : ",";
  std::string result = "\n[csv]\n";
  result += key_line("delimiter", toml_text(delimiter), "one character, or auto");
  result += key_line("quote", toml_text(quote), "one character, or \"\" for none");
  result +=
      key_line("header", csv.header ? "true" : "false", "false: columns are column1, column2, ...");
  return result + key_line("decimal", toml_text(decimal), "\".\" or \",\", or auto");
}

std::string input_toml(const InputConfig& input) {
  std::string result = "\n[[input]]\n";
  result += key_line("file", toml_text(input.file), "below inputs/ of the data set");
  result += key_line("kind", toml_text(to_string(input.kind)),
                     "regressor, price, attributes, holidays, calendar or stock");
  if (!input.future.empty()) {
    result += key_line("future", toml_list(input.future), "columns that are known ahead");
  }
  if (!input.past.empty()) {
    result += key_line("past", toml_list(input.past), "columns that are known afterwards only");
  }
  if (!input.fixed.empty()) {
    result += key_line("static", toml_list(input.fixed), "columns that never change");
  }
  if (!input.panels.empty()) {
    result += key_line("panels", toml_list(input.panels), "that it is for; without it all");
  }
  return result;
}

std::string panel_toml(const PanelConfig& panel) {
  std::string result = "\n[[panel]]\n";
  result += key_line("name", toml_text(panel.name), "name of the panel in runs");
  result += key_line("by", toml_list(panel.by),
                     "one series per value: dimensions, product, customer, place; [] is the total");
  result +=
      key_line("measure", toml_text(to_string(panel.measure)), "lines, orders, units or revenue");
  result += key_line("frequency", toml_text(panel.frequency.name()), "h, D, W-MON, MS, 15min, ...");
  result += key_line("horizon", std::to_string(panel.horizon), "steps to forecast");
  if (panel.hierarchy.empty()) return result;
  result += key_line("hierarchy", toml_text(panel.hierarchy),
                     "forecast sums too, so that all add up: auto, or a method");
  if (panel.levels.empty()) return result;
  return result + key_line("levels", toml_list(panel.levels),
                           "of the sums; without it the total and each dimension");
}

std::string automation_toml(const AutomationConfig& automation) {
  std::string result = "\n[automation]\n";
  result += key_line("run", automation.scheduled ? "\"schedule\"" : "\"upload\"",
                     "upload: when files came, and by the schedule; schedule: by it only");
  result += key_line("schedule", toml_text(automation.schedule),
                     "minute hour day month weekday, as \"0 6 * * *\"; \"\": none");
  return result + key_line("priority", std::to_string(automation.priority), "higher ones first");
}

}  // namespace

std::string to_toml(const DatasetConfig& config) {
  std::string result = "# How forecart reads the order files of this data set.\nversion = 1\n";
  result += key_line("time_zone", toml_text(config.time_zone),
                     "IANA name of the wall clock in the files; none: taken as it is");
  result +=
      key_line("date_order", toml_text(config.date_order ? to_string(*config.date_order) : "auto"),
               "mdy, dmy or ymd, for dates like 03/04/19; auto looks at the column");
  result += key_line("holidays", toml_text(config.holidays),
                     "public holidays of countries, such as US or DE,AT; \"\" for none");
  // only where it is set, as the text of the settings for cleaning names what was cleaned
  if (!config.currency.empty()) {
    result += key_line("currency", toml_text(config.currency),
                       "of the money in the files, by ISO 4217; \"\" for none");
  }
  result += columns_toml(config.columns) + dimensions_toml(config.dimensions);
  result += "\n[returns]\n";
  result +=
      key_line("policy", toml_text(to_string(config.returns)),
               "keep: lines like others; drop: rejected; net: subtract units and revenue only");
  result += key_line("credit_prefix", toml_text(config.credit_prefix),
                     "order ids that begin so, then a digit, are cancellations");
  result += csv_toml(config);
  result += "\n[demand]\n";
  result += key_line("closed", config.find_closed ? "\"find\"" : "\"given\"",
                     "find closed days and hours where no calendar tells; given: never find");
  result += key_line("outliers", toml_text(to_string(config.outliers)),
                     "find: hide them from the models; show: only tell them; none");
  result += automation_toml(config.automation);
  // only where it is set, so that settings without it stay as they were written
  if (config.publish_report) {
    result += "\n[report]\n";
    result += key_line("publish", "true", "each published run writes its report below reports/");
  }
  if (config.publish_quicksight) {
    result += "\n[quicksight]\n";
    result += key_line("publish", "true", "and its tables for QuickSight below quicksight/");
  }
  for (const PanelConfig& panel : config.panels) result += panel_toml(panel);
  for (const InputConfig& input : config.inputs) result += input_toml(input);
  return result + alerts_toml(config.alerts, config.alert_sinks);
}

void write_dataset_config(const DatasetConfig& config, const std::filesystem::path& path) {
  write_file(path, to_toml(config));
}

}  // namespace forecart
