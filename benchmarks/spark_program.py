"""Asks Spark, in an environment of its own: ``DETAIL CUSTODY ZONE QUESTIONS`` → rows as JSON.

``local-cluster`` starts a master and two workers as processes of their own, which exchange rows
over sockets as on several machines.
"""

import json
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from pyspark.sql import SparkSession


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def main(detail: str, custody: str, zone: str, questions: str) -> None:
    master = os.environ.get("QUARTERMASTER_SPARK_MASTER", "local-cluster[2,1,768]")
    spark = (
        SparkSession.builder.master(master)
        .appName("quartermaster")
        .config("spark.sql.session.timeZone", zone)
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.executor.memory", "768m")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    spark.read.parquet(detail).createOrReplaceTempView("detail")
    spark.read.parquet(custody).createOrReplaceTempView("custody")
    answers, seconds = [], []
    for sql in json.loads(Path(questions).read_text(encoding="utf-8")):
        began = time.perf_counter()
        rows = spark.sql(sql).collect()
        seconds.append(time.perf_counter() - began)
        answers.append([{name: plain(it) for name, it in row.asDict().items()} for row in rows])
    spark.stop()
    sys.stdout.write(json.dumps({"answers": answers, "seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
