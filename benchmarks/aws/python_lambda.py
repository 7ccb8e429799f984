"""The peer: a Lambda function in Python as the study would write it, with pandas and statsmodels on its
own loop of the Runtime API.

It keeps the hourly series and a fitted SARIMA(1,1,1)(1,0,1,24) between calls. An event names an object
with the orders of a day: it is read, cleaned and summed by the hour, the state moves on over it without
a fit, and the forecast of the next 24 hours with its intervals is written back as csv. No proof, no
rejects, no record of what was done.

    python_lambda.py HISTORY      orders until then: csv files of the folder; the fit comes before the first
                                  call, and with '' there is none"""
import glob
import http.client
import io
import json
import os
import sys
import urllib.parse
import warnings

import boto3
import pandas as pd
from statsmodels.tsa.statespace.sarimax import SARIMAX

PREFIX = "/2018-06-01/runtime/invocation/"


def hourly(files):
    frames = [pd.read_csv(file) for file in files]
    orders = pd.concat(frames).dropna(how="all")
    orders = orders[orders["Order Date"] != "Order Date"]
    times = pd.to_datetime(orders["Order Date"], format="%m/%d/%y %H:%M")
    return times.dt.floor("h").value_counts().sort_index().asfreq("h", fill_value=0).astype(float)


class Forecaster:
    def __init__(self, history):
        self.s3 = boto3.client("s3", endpoint_url=os.environ.get("AWS_ENDPOINT_URL"))
        self.state = None
        if history:
            series = hourly(sorted(glob.glob(f"{history}/*.csv")))
            model = SARIMAX(series, order=(1, 1, 1), seasonal_order=(1, 0, 1, 24))
            self.state = model.fit(disp=False, maxiter=5)

    def answer(self, event):
        record = event["Records"][0]["s3"]
        bucket, key = record["bucket"]["name"], urllib.parse.unquote_plus(record["object"]["key"])
        body = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        day = hourly([io.BytesIO(body)])
        last = self.state.data.row_labels[-1]
        day = day.reindex(pd.date_range(last + pd.Timedelta(hours=1), day.index[-1], freq="h"), fill_value=0)
        self.state = self.state.append(day)
        frame = self.state.get_forecast(24).summary_frame(alpha=0.2)
        self.s3.put_object(Bucket=bucket, Key="peer/forecasts.csv", Body=frame.to_csv().encode())
        return {"rows": len(frame)}


def main(history):
    warnings.filterwarnings("ignore")
    forecaster = Forecaster(history)
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        api.request("GET", PREFIX + "next")
        response = api.getresponse()
        name, event = response.headers["Lambda-Runtime-Aws-Request-Id"], json.load(response)
        api.request("POST", f"{PREFIX}{name}/response", json.dumps(forecaster.answer(event)))
        api.getresponse().read()


if __name__ == "__main__":
    main(sys.argv[1])
