"""An alias that lives in another file."""

from kybra import Alias, text

Name = Alias[text]
