"""A latent model's graphs, bound: latents and pictures in, in whatever layout and range its manifest says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Model
from engine.contracts.arrays import Latents
from engine.contracts.manifest import Condition, Port
from engine.errors import GraphMismatch, RequestError
from engine.numerics.pixels import Intensities
from engine.runtime.sessions import Sessions

REMEDY = "Export the model again, or correct manifest.json."


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """What a decoder gives, in units: ``mean``, and ``log_scale`` if the likelihood has one; float32 (N, C, H, W)."""

    mean: NDArray[np.float32]
    log_scale: NDArray[np.float32] | None

    def broken(self) -> NDArray[np.bool_]:
        """``(N,)``: True where anything is not finite."""
        found = _not_finite(self.mean)
        return found if self.log_scale is None else found | _not_finite(self.log_scale)

    def constant(self) -> NDArray[np.bool_]:
        """``(N,)``: True where every pixel has the same value, channel by channel."""
        height, width = self.mean.shape[2:]
        places = self.mean[:, :, [0, height // 2, -1], [0, width // 2, -1]]
        found = np.asarray((places == places[:, :, :1]).all(axis=(1, 2)))
        if found.any():  # few get as far as this
            some = self.mean[found]
            found[found] = (some == some[:, :, :1, :1]).all(axis=(1, 2, 3))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """What an encoder gives: ``mu``, and of a VAE ``log_var``, ``(N, D) float32``."""

    mu: Latents
    log_var: Latents | None


class LatentGraphs:
    """The decoder and, where there is one, the encoder of a model.  Any thread."""

    def __init__(self, model: Model, sessions: Sessions) -> None:
        spec = model.manifest.latent_spec
        assert spec is not None, "engine.catalogue.consistency lets no latent model without it pass"
        self.model, self.sessions, self.spec = model, sessions, spec
        self.intensities = Intensities(model.manifest.image)
        self.role = "decoder" if "decoder" in model.manifest.graphs else "generator"

    def load(self) -> None:
        """Open all graphs."""
        for graph in self.model.manifest.graphs.values():
            self.sessions.graph(self.model.folder, graph)

    def decode(self, z: Latents, classes: NDArray[np.int64] | None = None) -> Output:
        """One pass of the decoder: ``z (N, D)``; ``classes (N,)`` by number, all of the first one without them."""
        out = self.values(z, classes)
        return Output(self.intensities.from_graph(out["image"]), out.get("log_scale"))

    def values(self, z: Latents, classes: NDArray[np.int64] | None = None) -> dict[str, NDArray[np.float32]]:
        """The decoder's outputs by meaning as they are, ``(N, C, H, W)``."""
        out = self._run(self.role, self.decoder_inputs(z, classes))
        return {meaning: self._picture(meaning, array, len(z)) for meaning, array in out.items()}

    def decoder_inputs(self, z: Latents, classes: NDArray[np.int64] | None = None) -> dict[str, NDArray[Any]]:
        """What the decoder is fed, by meaning, in its own layout."""
        ports = self.model.manifest.graphs[self.role].inputs
        shape = z.shape + (1,) * (len(ports["z"].axes) - z.ndim)  # some decoders begin with a convolution of one pixel
        fed: dict[str, NDArray[Any]] = {"z": z.reshape(shape).astype(ports["z"].dtype or np.float32, copy=False)}
        condition = self.model.manifest.condition("class")
        if condition is not None:
            fed["class"] = _encoded(np.zeros(len(z), np.int64) if classes is None else classes, condition, ports)
        return fed

    def encode(self, units: NDArray[np.float32], first: int = 0) -> Posterior:
        """One pass of the encoder: ``(N, C, H, W)`` units; raises `RequestError` if there is none.

        ``first`` is the place in the request of the first picture, for errors to name one by its own.
        """
        manifest = self.model.manifest
        if "encoder" not in manifest.graphs:
            raise RequestError(
                f"{manifest.title} has no encoder, so no picture has a place in its latent space.",
                "Choose an autoencoder or a VAE.",
            )
        out = self._run("encoder", {"image": self._image_input("encoder", units)})
        mu = self._vectors("mu", out["mu"], len(units), first)
        return Posterior(mu, self._vectors("log_var", out["log_var"], len(units), first) if "log_var" in out else None)

    def discriminate(self, units: NDArray[np.float32], classes: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """One pass of a GAN's discriminator: ``(N, C, H, W)`` units, ``classes (N,)`` by number -> scores ``(N,)``."""
        fed: dict[str, NDArray[Any]] = {"image": self._image_input("discriminator", units)}
        condition, ports = self.model.manifest.condition("class"), self.model.manifest.graphs["discriminator"].inputs
        if condition is not None and "class" in ports and classes is not None:
            fed["class"] = _encoded(classes, condition, ports)
        logit = self._run("discriminator", fed)["logit"]
        if logit.dtype.kind != "f" or logit.size != len(units):
            raise self._mismatch("discriminator", "logit", logit, "a number a picture")
        return logit.reshape(len(units)).astype(np.float32)

    def _image_input(self, role: str, units: NDArray[np.float32]) -> NDArray[np.float32]:
        """Units in the range and the layout that a graph takes pictures in."""
        port, values = self.model.manifest.graphs[role].inputs["image"], self.intensities.to_graph(units)
        if _channel_last(port):
            values = np.ascontiguousarray(values.transpose(0, 2, 3, 1))
        return values.reshape(len(values), -1) if len(port.axes) == 2 else values

    def _run(self, role: str, fed: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """A graph's outputs by meaning, from its inputs by meaning."""
        spec = self.model.manifest.graphs[role]
        graph = self.sessions.graph(self.model.folder, spec)
        wanted = [port.name for port in spec.outputs.values()]
        out = graph.run_rows({spec.inputs[meaning].name: value for meaning, value in fed.items()}, wanted)
        return {name: out[port.name] for name, port in spec.outputs.items()}

    def _picture(self, meaning: str, array: NDArray[Any], count: int) -> NDArray[np.float32]:
        """An output of the decoder as ``(N, C, H, W)``."""
        image, port = self.model.manifest.image, self.model.manifest.graphs[self.role].outputs[meaning]
        numbers = array.dtype.kind == "f" or array.dtype == np.uint8
        if not numbers or not array.ndim or len(array) != count or array.size != count * image.dims:
            wanted = f"{image.channels} x {image.height} x {image.width} numbers a picture"
            raise self._mismatch(self.role, meaning, array, wanted)
        if _channel_last(port):
            shaped = array.reshape(-1, image.height, image.width, image.channels).transpose(0, 3, 1, 2)
        else:
            shaped = array.reshape(-1, image.channels, image.height, image.width)
        return shaped.astype(np.float32, copy=False)

    def _vectors(self, meaning: str, array: NDArray[Any], count: int, first: int) -> Latents:
        """An output of the encoder as ``(N, D)``, all of it finite."""
        if array.dtype.kind != "f" or array.size != count * self.spec.dim:
            raise self._mismatch("encoder", meaning, array, f"{self.spec.dim} numbers a picture")
        vectors = array.reshape(count, self.spec.dim).astype(np.float32)
        if not np.isfinite(vectors).all():
            raise GraphMismatch(
                f"The encoder of {self.model.manifest.title} gives '{meaning}' that is not finite for picture "
                f"{first + int(np.argmin(np.isfinite(vectors).all(axis=1)))}.",
                REMEDY,
            )
        return vectors

    def _mismatch(self, role: str, meaning: str, array: NDArray[Any], wanted: str) -> GraphMismatch:
        return GraphMismatch(
            f"The {role} of {self.model.manifest.title} gives '{meaning}' as {array.dtype} {array.shape}, and the "
            f"manifest promises {wanted}.",
            REMEDY,
        )


def _not_finite(pictures: NDArray[np.float32]) -> NDArray[np.bool_]:
    """``(N,)``: a sum is quick to see; only where it is not finite does every value have to be looked at."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.asarray(~np.isfinite(pictures.reshape(len(pictures), -1).sum(axis=1)))
    if found.any():
        found[found] = ~np.isfinite(pictures[found]).all(axis=(1, 2, 3))
    return found


def _channel_last(port: Port) -> bool:
    return len(port.axes) == 4 and port.axes[-1] == "channel"


def _encoded(classes: NDArray[np.int64], condition: Condition, ports: Mapping[str, Port]) -> NDArray[Any]:
    """Classes as the decoder takes them, ``(N, columns)`` or by number with as many axes as the port has."""
    port = ports["class"]
    if condition.encoding == "one_hot":
        one_hot = np.zeros((len(classes), condition.width), port.dtype or np.float32)
        one_hot[np.arange(len(classes)), classes] = 1
        return one_hot
    return classes.reshape(-1, *(1,) * (len(port.axes) - 1)).astype(port.dtype or np.int64)
